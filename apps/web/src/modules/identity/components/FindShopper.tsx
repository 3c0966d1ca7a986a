"use client";

import { useMutation } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { Button } from "@/components/ui/Button";
import { Field, Select } from "@/components/ui/Field";
import { Mono } from "@/components/ui/Mono";
import { StateWord } from "@/components/ui/StateWord";
import { formatCount, formatDay } from "@/lib/format";
import { problemText } from "@/lib/problem";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";

/** Looks a shopper up by the shop's own id. The answer names pseudonyms only. */
export function FindShopper({ onShow }: { onShow: (shopper: string) => void }) {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const find = useMutation(trpc.identity.find.mutationOptions());
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    find.mutate({
      workspace,
      kind: form.get("kind") === "anonymous" ? "anonymous" : "user",
      rawId: String(form.get("rawId")).trim(),
    });
  }
  const found = find.data;
  return (
    <>
      <form onSubmit={submit} className="flex flex-wrap items-end gap-3">
        <Select label="Kind of id" name="kind" defaultValue="user" className="w-40">
          <option value="user">User id</option>
          <option value="anonymous">Anonymous id</option>
        </Select>
        <Field label="Id" name="rawId" required maxLength={256} autoComplete="off" className="w-64" />
        <GuardedButton permission="identity:manage" type="submit" disabled={find.isPending}>
          Find
        </GuardedButton>
      </form>
      <div aria-live="polite" className="mt-3">
        {find.error !== null && <p className="text-harm">{problemText(find.error)}</p>}
        {found !== undefined && (
          <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <Mono>{found.pseudonym}</Mono>
            {found.nEvents === 0 ? (
              <span>No event of this shopper is archived.</span>
            ) : (
              <span>
                {formatCount(found.nEvents)} events from {formatDay(new Date(found.firstMs!))} to{" "}
                {formatDay(new Date(found.lastMs!))}, {found.links.length}{" "}
                {found.links.length === 1 ? "link" : "links"}
              </span>
            )}
            {found.isOptedOut && <StateWord tone="warn">opted out of personalisation</StateWord>}
            {found.links.length > 0 && (
              <Button onClick={() => onShow(found.pseudonym)}>Show the links</Button>
            )}
          </p>
        )}
      </div>
    </>
  );
}
