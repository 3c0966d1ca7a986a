import { join } from "node:path";
import type { NextConfig } from "next";

const config: NextConfig = {
  // The lockfile and the sources of the workspace packages lie two folders up.
  turbopack: { root: join(import.meta.dirname, "../..") },
  outputFileTracingRoot: join(import.meta.dirname, "../.."),
  transpilePackages: ["@shortlist/contracts"],
  // Types are checked once for the whole repository, by `turbo run typecheck`.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  experimental: { optimizePackageImports: ["radix-ui", "lucide-react"] },
  async headers() {
    return [
      {
        source: "/:path*",
        headers: [
          { key: "X-Content-Type-Options", value: "nosniff" },
          { key: "X-Frame-Options", value: "DENY" },
          { key: "Referrer-Policy", value: "same-origin" },
        ],
      },
    ];
  },
};

export default config;
