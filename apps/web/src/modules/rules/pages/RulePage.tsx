"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { Async } from "@/components/async/Async";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { Page } from "@/components/ui/Page";
import { Section } from "@/components/ui/Section";
import { StateWord } from "@/components/ui/StateWord";
import { Time } from "@/components/ui/Time";
import { formatCount } from "@/lib/format";
import { notify } from "@/lib/notify";
import { problemText } from "@/lib/problem";
import { type ApiOutputs, useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { RuleEditor } from "../components/RuleEditor";
import { RuleState } from "../components/RuleState";
import { toForm } from "../presenters/ruleForm";
import { toSentence } from "../presenters/sentence";

type Rule = ApiOutputs["rules"]["get"];

export function RulePage({ ruleId }: { ruleId: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const client = useQueryClient();
  const { slug: workspace } = useWorkspace();
  const rule = useQuery(trpc.rules.get.queryOptions({ workspace, ruleId }));
  const remove = useMutation(
    trpc.rules.delete.mutationOptions({
      onSuccess: async () => {
        await client.invalidateQueries({ queryKey: trpc.rules.pathKey() });
        router.push(`/w/${workspace}/rules`);
      },
      onError: (error) => notify("error", problemText(error)),
    }),
  );
  const { data } = rule;
  const permission = data?.definition.class === "compliance" ? "rule:compliance" : "rule:edit";
  return (
    <Page
      title={data?.definition.name ?? "Rule"}
      verdict={
        data === undefined ? undefined : (
          <>
            {toSentence(data.definition)} <RuleState state={data.state} />
          </>
        )
      }
      actions={
        data !== undefined && !data.isDeleted ? (
          <GuardedButton
            permission={permission}
            variant="danger"
            disabled={remove.isPending}
            onClick={() => remove.mutate({ workspace, ruleId })}
          >
            Delete
          </GuardedButton>
        ) : undefined
      }
    >
      <Async query={rule} rows={8}>
        {(loaded) => (
          <>
            {loaded.isDeleted ? (
              <p>
                <StateWord tone="none">deleted</StateWord> Its history stays.
              </p>
            ) : (
              <RuleEditor
                // Another revision starts the form anew.
                key={loaded.revision}
                ruleId={ruleId}
                initial={toForm(loaded.definition)}
                isEnabled={loaded.isEnabled}
                onSaved={() => notify("success", "Saved; replicas follow within seconds")}
              />
            )}
            {loaded.definition.class === "compliance" && <Audit ruleId={ruleId} />}
            <Revisions rule={loaded} />
          </>
        )}
      </Async>
    </Page>
  );
}

function Audit({ ruleId }: { ruleId: string }) {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const audit = useQuery(trpc.rules.audit.queryOptions({ workspace, ruleId }));
  return (
    <Section
      title="Audit"
      verdict="What archived slates show of the hidden items since the rule took effect."
    >
      <Async query={audit} rows={2}>
        {({ since, items, slates, shown, shoppers, lastShownAt }) =>
          since === null ? (
            <p>The rule was never switched on.</p>
          ) : (
            <p>
              {slates === 0 ? (
                <StateWord tone="none">no slate was archived since</StateWord>
              ) : shown === 0 ? (
                <StateWord tone="pass">never shown</StateWord>
              ) : (
                <StateWord tone="harm">{`shown ${formatCount(shown)} times to ${formatCount(shoppers)} shoppers`}</StateWord>
              )}{" "}
              in {formatCount(slates)} slates since <Time at={since} /> (5 s of grace), {formatCount(items)}{" "}
              hidden items
              {lastShownAt !== null && (
                <>
                  , last <Time at={lastShownAt} />
                </>
              )}
              .
            </p>
          )
        }
      </Async>
    </Section>
  );
}

function Revisions({ rule }: { rule: Rule }) {
  return (
    <Section title="History" verdict="Every change is a revision; the newest holds.">
      <ol>
        {rule.revisions.map((revision) => (
          <li
            key={revision.revision}
            className="grid gap-x-6 gap-y-1 border-line border-b py-2 sm:grid-cols-[4rem_1fr]"
          >
            <span className="text-ink-3">{revision.revision}</span>
            <span>
              {toSentence(revision.definition)}{" "}
              <StateWord tone={revision.isEnabled ? "pass" : "none"}>
                {revision.isDeleted ? "deleted" : revision.isEnabled ? "on" : "off"}
              </StateWord>
              <span className="block text-ink-2">
                <Time at={revision.createdAt} /> by {revision.createdBy}
                {revision.reason !== "" && `: ${revision.reason}`}
              </span>
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}
