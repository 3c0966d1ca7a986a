"use client";

import { Button } from "@/components/ui/Button";
import { Command } from "@/components/ui/Copy";
import { StateWord } from "@/components/ui/StateWord";

/** The page could not be rendered at all, most often because the API is away. */
export default function ErrorPage({ error }: { error: Error & { digest?: string } }) {
  return (
    <main className="mx-auto max-w-lg px-4 py-24">
      <StateWord tone="harm">The console cannot show this page</StateWord>
      <h1 className="mt-2 font-semibold text-xl">The API does not answer, or not as it should</h1>
      <p className="mt-2 mb-3 text-ink-2">
        Shoppers are not affected: serving answers without it. This says what is wrong:
      </p>
      <Command text="npm run doctor" />
      <div className="mt-4 flex items-center gap-3">
        <Button variant="primary" onClick={() => window.location.reload()}>
          Retry
        </Button>
        {error.digest !== undefined && <span className="text-ink-3">error {error.digest}</span>}
      </div>
    </main>
  );
}
