"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { Async } from "@/components/async/Async";
import { Button } from "@/components/ui/Button";
import { Dialog } from "@/components/ui/Dialog";
import { Field } from "@/components/ui/Field";
import { Mono } from "@/components/ui/Mono";
import { formatCount, formatDay, shortId } from "@/lib/format";
import { problemText } from "@/lib/problem";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import type { Link } from "./LinkTable";

/** Asks for a reason, and says before what moves to whom. */
export function UnlinkDialog({ link, onClose }: { link: Link; onClose: () => void }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const { slug: workspace } = useWorkspace();
  const pair = { workspace, device: link.device, person: link.person };
  const impact = useQuery(trpc.identity.previewUnlink.queryOptions(pair));
  const unlink = useMutation(
    trpc.identity.unlink.mutationOptions({
      onSuccess: async () => {
        await client.invalidateQueries({ queryKey: trpc.identity.pathKey() });
        onClose();
      },
    }),
  );
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    unlink.mutate({ ...pair, reason: String(new FormData(event.currentTarget).get("reason")).trim() });
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Take this device and this person apart?"
      description={
        <>
          Device <Mono>{shortId(link.device)}</Mono>, person <Mono>{shortId(link.person)}</Mono>. What they
          did while signed in stays theirs. This can be undone.
        </>
      }
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Async query={impact} rows={2}>
          {({ nEvents, owners, fromMs, toMs, models }) =>
            nEvents === 0 ? (
              <p>No event changes hands.</p>
            ) : (
              <div>
                <p>
                  {formatCount(nEvents)} {nEvents === 1 ? "event" : "events"} between{" "}
                  {formatDay(new Date(fromMs!))} and {formatDay(new Date(toMs!))}{" "}
                  {nEvents === 1 ? "goes" : "go"} to{" "}
                  {owners.map(({ shopper, nEvents: n }, i) => (
                    <span key={shopper}>
                      {i > 0 && ", "}
                      {shopper === link.device ? "the device alone" : <Mono>{shortId(shopper)}</Mono>} (
                      {formatCount(n)})
                    </span>
                  ))}
                  .
                </p>
                <p className="mt-1 text-ink-2">
                  {models.length === 0
                    ? "No model version learned from them."
                    : `Learned from them: ${models.map(({ name, version }) => `${name} version ${version}`).join(", ")}. The next training run learns without them.`}
                </p>
              </div>
            )
          }
        </Async>
        <Field label="Why" name="reason" required maxLength={300} autoComplete="off" />
        {unlink.error !== null && (
          <p role="alert" className="text-harm">
            {problemText(unlink.error)}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep the link</Button>
          <Button type="submit" variant="danger" disabled={unlink.isPending || impact.data === undefined}>
            Take apart
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
