"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { type FormEvent, useState } from "react";
import { Async } from "@/components/async/Async";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { Button, buttonClass } from "@/components/ui/Button";
import { Dialog } from "@/components/ui/Dialog";
import { Field, Select } from "@/components/ui/Field";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { TableHead } from "@/components/ui/TableHead";
import { Time } from "@/components/ui/Time";
import { notify } from "@/lib/notify";
import { problemText } from "@/lib/problem";
import { type ApiOutputs, useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";

type Request = ApiOutputs["models"]["aliases"]["requests"][number];

const showVersion = (version: number | null) => (version === null ? "–" : `v${version}`);

/** Where the model's names point and pointed, and what waits for a second person. */
export function AliasSection({ name, versions }: { name: string; versions: readonly number[] }) {
  const trpc = useTRPC();
  const { slug: workspace, href } = useWorkspace();
  const [isMoving, setMoving] = useState(false);
  const history = useQuery(trpc.models.aliases.queryOptions({ workspace, name }));
  const policy = history.data?.policy;
  return (
    <Section
      title="Aliases"
      verdict={
        policy === undefined
          ? undefined
          : `Protected: ${policy.protected.join(", ") || "none"}; a move takes a reason and ${policy.secondPerson ? "a second person" : "an admin"}.`
      }
      actions={
        <>
          <Link className={buttonClass("quiet")} href={href("/settings/aliases")}>
            Who may move them
          </Link>
          <GuardedButton permission="model:register" onClick={() => setMoving(true)}>
            Move an alias
          </GuardedButton>
        </>
      }
    >
      <Async query={history} rows={2}>
        {({ moves, requests }) => (
          <>
            {requests.map((request) => (
              <OpenRequest key={request.id} request={request} />
            ))}
            {moves.length === 0 ? (
              <p className="text-ink-2">No version has a name yet.</p>
            ) : (
              <ScrollRegion label="Moves of aliases">
                <table className="w-full">
                  <TableHead heads={["Alias", "From", "To", "When", "By", "Approved by", "Why"]} />
                  <tbody>
                    {moves.map((move) => (
                      <tr key={move.id} className="border-line border-b">
                        <td className="h-8 pr-6 font-mono text-xs">{move.alias}</td>
                        <td className="pr-6">{showVersion(move.fromVersion)}</td>
                        <td className="pr-6">{showVersion(move.toVersion)}</td>
                        <td className="whitespace-nowrap pr-6">
                          <Time at={move.createdAt} />
                        </td>
                        <td className="pr-6 text-ink-2">{move.actor}</td>
                        <td className="pr-6 text-ink-2">{move.approvedBy ?? "–"}</td>
                        <td className="text-ink-2">{move.reason}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </ScrollRegion>
            )}
          </>
        )}
      </Async>
      {isMoving && <MoveDialog name={name} versions={versions} onClose={() => setMoving(false)} />}
    </Section>
  );
}

function OpenRequest({ request }: { request: Request }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const { slug: workspace } = useWorkspace();
  const decide = useMutation(
    trpc.models.decideAliasRequest.mutationOptions({
      onSettled: () => client.invalidateQueries({ queryKey: trpc.models.pathKey() }),
    }),
  );
  const answer = (isApproved: boolean) => decide.mutate({ workspace, id: request.id, isApproved });
  return (
    <div className="mb-3 flex flex-wrap items-center gap-3 rounded-md bg-warn-soft px-3 py-2">
      <p className="flex-1">
        {request.requestedBy} asks to move <span className="font-mono text-xs">{request.alias}</span> to{" "}
        {showVersion(request.version)}: {request.reason}
        {decide.error !== null && (
          <span role="alert" className="block text-harm">
            {problemText(decide.error)}
          </span>
        )}
      </p>
      <GuardedButton permission="alias:protected" disabled={decide.isPending} onClick={() => answer(true)}>
        Approve
      </GuardedButton>
      <GuardedButton permission="alias:protected" disabled={decide.isPending} onClick={() => answer(false)}>
        Decline
      </GuardedButton>
    </div>
  );
}

function MoveDialog({
  name,
  versions,
  onClose,
}: {
  name: string;
  versions: readonly number[];
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const { slug: workspace } = useWorkspace();
  const move = useMutation(
    trpc.models.moveAlias.mutationOptions({
      onSuccess: async ({ outcome, alias }) => {
        await client.invalidateQueries({ queryKey: trpc.models.pathKey() });
        void notify("success", outcome === "asked" ? `${alias} waits for a second person` : `${alias} moved`);
        onClose();
      },
    }),
  );
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const version = String(data.get("version"));
    move.mutate({
      workspace,
      name,
      alias: String(data.get("alias")),
      version: version === "" ? null : Number(version),
      reason: String(data.get("reason")),
    });
  }
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Move an alias">
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label="Alias"
          name="alias"
          required
          maxLength={32}
          defaultValue="champion"
          autoComplete="off"
        />
        <Select label="To" name="version" defaultValue={versions[0]}>
          {versions.map((version) => (
            <option key={version} value={version}>
              v{version}
            </option>
          ))}
          <option value="">take it away</option>
        </Select>
        <Field label="Why" name="reason" maxLength={500} autoComplete="off" />
        {move.error !== null && (
          <p role="alert" className="text-harm">
            {problemText(move.error)}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Leave it</Button>
          <Button type="submit" variant="primary" disabled={move.isPending}>
            Move
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
