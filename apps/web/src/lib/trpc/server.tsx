import type { AppRouter } from "@shortlist/api/router";
import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import { createTRPCClient, httpBatchLink } from "@trpc/client";
import { createTRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { headers } from "next/headers";
import { cache, type ReactNode } from "react";
import superjson from "superjson";
import { apiUrl } from "../apiUrl";
import { createQueryClient } from "./queryClient";

/** One cache per rendered request: prefetched here, handed to the browser. */
export const getQueryClient = cache(createQueryClient);

/** The API with the visitor's own cookies: the server may see exactly what they may. */
export const getApi = cache(() =>
  createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        url: apiUrl("/api/trpc").href,
        transformer: superjson,
        headers: async () => {
          const incoming = await headers();
          return { cookie: incoming.get("cookie") ?? "" };
        },
        fetch: (url, init) => fetch(url, { ...(init as RequestInit), cache: "no-store" }),
      }),
    ],
  }),
);

export const getTrpc = cache(() =>
  createTRPCOptionsProxy<AppRouter>({ client: getApi(), queryClient: getQueryClient }),
);

type Prefetchable = Parameters<ReturnType<typeof createQueryClient>["prefetchQuery"]>[0];

/** Renders `children` with the answers of `queries` in place. What fails here is asked again by the browser. */
export async function Prefetched({
  queries,
  children,
}: {
  // biome-ignore lint/suspicious/noExplicitAny: every procedure has its own option type; only the keys matter here
  queries: readonly any[];
  children: ReactNode;
}) {
  const client = getQueryClient();
  await Promise.all(queries.map((query) => client.prefetchQuery(query as Prefetchable)));
  return <HydrationBoundary state={dehydrate(client)}>{children}</HydrationBoundary>;
}
