"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { Field } from "@/components/ui/Field";
import { problemOf, problemText } from "@/lib/problem";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { type RuleForm, toDefinition } from "../presenters/ruleForm";
import { RuleFields } from "./RuleFields";

// Shows something once it is asked to.
const RulePreview = dynamic(() => import("./RulePreview").then((m) => m.RulePreview), { ssr: false });

/** A rule being written, with what it would do beside it. */
export function RuleEditor({
  ruleId,
  initial,
  isEnabled,
  onSaved,
}: {
  ruleId: string | null;
  initial: RuleForm;
  isEnabled: boolean;
  onSaved: (ruleId: string) => void;
}) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const { slug: workspace } = useWorkspace();
  const [form, setForm] = useState(initial);
  const [reason, setReason] = useState("");
  const save = useMutation(
    trpc.rules.save.mutationOptions({
      onSuccess: async (saved) => {
        await client.invalidateQueries({ queryKey: trpc.rules.pathKey() });
        onSaved(saved.ruleId);
      },
    }),
  );
  const problems = save.error === null ? {} : readProblems(save.error);
  const submit = (enable: boolean) =>
    save.mutate({ workspace, ruleId, definition: toDefinition(form), isEnabled: enable, reason });
  const permission = form.class === "compliance" ? "rule:compliance" : "rule:edit";
  return (
    <div className="grid gap-x-12 gap-y-8 xl:grid-cols-[minmax(0,36rem)_1fr]">
      <div className="min-w-0">
        <RuleFields form={form} problems={problems} onChange={setForm} />
        <Field
          label="Why"
          value={reason}
          maxLength={300}
          hint="Stands in the history of the rule"
          onChange={(event) => setReason(event.target.value)}
          className="mt-4"
        />
        {save.error !== null && (
          <p role="alert" className="mt-3 text-harm">
            {problemText(save.error)}
          </p>
        )}
        <div className="mt-4 flex flex-wrap gap-2">
          <GuardedButton
            permission={permission}
            variant="primary"
            disabled={save.isPending}
            onClick={() => submit(true)}
          >
            {isEnabled ? "Save" : "Save and switch on"}
          </GuardedButton>
          <GuardedButton permission={permission} disabled={save.isPending} onClick={() => submit(false)}>
            {isEnabled ? "Save and switch off" : "Save, off"}
          </GuardedButton>
        </div>
        <p className="mt-2 text-ink-3">
          Switched on, it holds on every replica within seconds, for all requests it is about.
        </p>
      </div>
      <div className="min-w-0">
        <RulePreview ruleId={ruleId} form={form} />
      </div>
    </div>
  );
}

/** Problems by field of the definition. */
function readProblems(error: unknown): Record<string, string> {
  const entries = problemOf(error).fields.map(
    ({ field, problem }) => [field.replace(/^definition\./, ""), problem] as const,
  );
  return Object.fromEntries(entries);
}
