"use client";

import type { Permission } from "@shortlist/contracts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { Button, type ButtonVariant } from "@/components/ui/Button";
import { Dialog } from "@/components/ui/Dialog";
import { Field } from "@/components/ui/Field";
import { notify } from "@/lib/notify";
import { problemText } from "@/lib/problem";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { isRunning, type Rollout } from "../presenters/rolloutView";

type Kind = "abort" | "hold" | "resume" | "next" | "full" | "approve" | "refuse";

interface Action {
  readonly label: string;
  readonly permission: Permission;
  readonly variant: ButtonVariant;
  /** What happens, and to whom. */
  readonly says: string;
  /** What protects shoppers may be done without a word. */
  readonly needsReason: boolean;
}

const ACTIONS: Record<Kind, Action> = {
  abort: {
    label: "Roll back",
    permission: "rollout:stop",
    variant: "danger",
    says: "Everybody gets the release from before, on all replicas within seconds. The rollout ends.",
    needsReason: false,
  },
  hold: {
    label: "Hold",
    permission: "rollout:stop",
    variant: "secondary",
    says: "Shares stay as they are until somebody resumes. Guardrails go on being judged, but nobody is moved.",
    needsReason: false,
  },
  resume: {
    label: "Resume",
    permission: "rollout:advance",
    variant: "primary",
    says: "The step begins anew, and what is measured counts from now on.",
    needsReason: true,
  },
  next: {
    label: "Promote to the next step",
    permission: "rollout:advance",
    variant: "primary",
    says: "The next step begins at once, without waiting for guardrails that have no verdict yet.",
    needsReason: true,
  },
  full: {
    label: "Promote to 100 %",
    permission: "rollout:advance",
    variant: "secondary",
    says: "All shoppers get the candidate, but for those held back. Guardrails without a verdict are passed over.",
    needsReason: true,
  },
  approve: {
    label: "Approve",
    permission: "rollout:approve",
    variant: "primary",
    says: "The plan asked for a second person. The rollout may then go on by itself when its guardrails allow it.",
    needsReason: true,
  },
  refuse: {
    label: "Refuse",
    permission: "rollout:approve",
    variant: "danger",
    says: "The rollout is held; shares stay as they are.",
    needsReason: true,
  },
};

type Asked = Pick<Rollout, "number" | "state">;

/** What a person may do with the rollout now; the safe direction stands first. */
export function RolloutActions({ rollout, only }: { rollout: Asked; only?: readonly Kind[] }) {
  const [asked, setAsked] = useState<Kind | null>(null);
  if (!isRunning(rollout)) return null;
  const { hold, approval, approvalAskedAtMs, phase } = rollout.state;
  const isMoving = phase === "shadow" || phase === "canary" || phase === "holdback";
  const offered: Kind[] = [
    "abort",
    ...(hold === null ? (["hold"] as const) : (["resume"] as const)),
    ...(approvalAskedAtMs !== null && approval === null ? (["refuse", "approve"] as const) : []),
    ...(isMoving ? (["full", "next"] as const) : []),
  ];
  return (
    <>
      {offered
        .filter((kind) => only === undefined || only.includes(kind))
        .map((kind) => (
          <GuardedButton
            key={kind}
            permission={ACTIONS[kind].permission}
            variant={ACTIONS[kind].variant}
            onClick={() => setAsked(kind)}
          >
            {ACTIONS[kind].label}
          </GuardedButton>
        ))}
      {asked !== null && <ActionDialog kind={asked} rollout={rollout} onClose={() => setAsked(null)} />}
    </>
  );
}

function ActionDialog({ kind, rollout, onClose }: { kind: Kind; rollout: Asked; onClose: () => void }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const { slug: workspace } = useWorkspace();
  const [problem, setProblem] = useState<string | null>(null);
  const action = ACTIONS[kind];
  const options = {
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: trpc.rollouts.pathKey() });
      void notify("success", `${action.label}: done. Replicas take it within seconds.`);
      onClose();
    },
    onError: (error: unknown) => setProblem(problemText(error)),
  };
  const mutations = {
    abort: useMutation(trpc.rollouts.abort.mutationOptions(options)),
    hold: useMutation(trpc.rollouts.hold.mutationOptions(options)),
    resume: useMutation(trpc.rollouts.resume.mutationOptions(options)),
    promote: useMutation(trpc.rollouts.promote.mutationOptions(options)),
    approve: useMutation(trpc.rollouts.approve.mutationOptions(options)),
    refuse: useMutation(trpc.rollouts.refuse.mutationOptions(options)),
  };

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get("reason")).trim();
    const input = { workspace, number: rollout.number, reason };
    if (kind === "next" || kind === "full") mutations.promote.mutate({ ...input, to: kind });
    else mutations[kind].mutate(input);
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`${action.label}: rollout ${rollout.number}`}
      description={action.says}
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label={action.needsReason ? "Why" : "Why (may stay empty)"}
          name="reason"
          required={action.needsReason}
          minLength={action.needsReason ? 3 : undefined}
          maxLength={500}
          hint="Kept in the ledger under your name."
          problem={problem ?? undefined}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Leave as it is</Button>
          <Button
            type="submit"
            variant={action.variant === "danger" ? "danger" : "primary"}
            disabled={Object.values(mutations).some(({ isPending }) => isPending)}
          >
            {action.label}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
