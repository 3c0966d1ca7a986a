"use client";

import type { AliasPolicy } from "@shortlist/contracts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { Field } from "@/components/ui/Field";
import { notify } from "@/lib/notify";
import { problemOf, problemText } from "@/lib/problem";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { type AliasUse, policyEffects, readAliases } from "../presenters/aliasPolicy";

/** Changes who may move which alias; what that does is said before it is saved. */
export function AliasPolicyForm({ policy, inUse }: { policy: AliasPolicy; inUse: readonly AliasUse[] }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const { slug: workspace } = useWorkspace();
  const [names, setNames] = useState(policy.protected.join(" "));
  const [secondPerson, setSecondPerson] = useState(policy.secondPerson);
  const [reason, setReason] = useState("");
  const save = useMutation(
    trpc.models.setAliasPolicy.mutationOptions({
      onSuccess: async () => {
        await client.invalidateQueries({ queryKey: trpc.models.pathKey() });
        void notify("success", "Who may move aliases is changed");
      },
    }),
  );
  const wanted: AliasPolicy = { protected: readAliases(names), secondPerson };
  const effects = policyEffects(policy, wanted, inUse);
  const problem = save.error === null ? undefined : nameProblem(save.error, wanted.protected);
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    save.mutate({ workspace, policy: wanted, reason });
  }
  return (
    <form onSubmit={submit} className="flex max-w-xl flex-col gap-4">
      <Field
        label="Protected aliases"
        value={names}
        onChange={(event) => setNames(event.target.value)}
        autoComplete="off"
        spellCheck={false}
        hint="Names that others rely on, divided by blanks"
        problem={problem}
      />
      <label className="flex items-start gap-2">
        <input
          type="checkbox"
          className="mt-0.5 size-4 accent-(--accent)"
          checked={secondPerson}
          onChange={(event) => setSecondPerson(event.target.checked)}
        />
        <span>A second person approves every move of a protected alias, also when an admin asks</span>
      </label>
      <Field
        label="Why"
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        required
        maxLength={500}
        autoComplete="off"
      />
      <div aria-live="polite">
        {effects.length === 0 ? (
          <p className="text-ink-3">Nothing is changed yet.</p>
        ) : (
          <ul className="list-disc pl-5">
            {effects.map((effect) => (
              <li key={effect}>{effect}</li>
            ))}
          </ul>
        )}
      </div>
      <div>
        <GuardedButton
          permission="alias:protected"
          type="submit"
          variant="primary"
          disabled={save.isPending || effects.length === 0}
        >
          Save
        </GuardedButton>
      </div>
    </form>
  );
}

/** The API counts the names; whoever typed them knows them by what they are. */
function nameProblem(error: unknown, names: readonly string[]): string {
  const { fields } = problemOf(error);
  const at = fields.map(({ field, problem }) => ({ index: /protected\.(\d+)$/.exec(field)?.[1], problem }));
  const named = at.find(({ index }) => index !== undefined);
  return named === undefined ? problemText(error) : `${names[Number(named.index)]}: ${named.problem}`;
}
