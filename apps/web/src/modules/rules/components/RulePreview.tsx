"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { createMoveMarks, SlateList } from "@/components/slate/SlateList";
import { Button } from "@/components/ui/Button";
import { Field, Select } from "@/components/ui/Field";
import { Section } from "@/components/ui/Section";
import { StateWord } from "@/components/ui/StateWord";
import { formatCount } from "@/lib/format";
import { problemText } from "@/lib/problem";
import { SURFACE_LABELS } from "@/lib/rungs";
import { type ApiOutputs, useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { type RuleForm, saysItems, toDefinition } from "../presenters/ruleForm";
import { ReplayResult } from "./ReplayResult";

type Preview = ApiOutputs["rules"]["preview"];

const SURFACES = ["home_feed", "cart", "product_detail", "notifications"] as const;

/** What the draft would do: to one shopper's slate, and to the requests of the last minutes. */
export function RulePreview({ ruleId, form }: { ruleId: string | null; form: RuleForm }) {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const named = useQuery(trpc.playground.shoppers.queryOptions({ workspace }));
  const [userId, setUserId] = useState<string | null>(null);
  const [surface, setSurface] = useState<(typeof SURFACES)[number]>("home_feed");
  const preview = useMutation(trpc.rules.preview.mutationOptions());
  const replay = useMutation(trpc.rules.replay.mutationOptions());
  const shopper = userId ?? named.data?.[0]?.userId ?? "";
  const region = named.data?.find((each) => each.userId === shopper)?.region;
  const draft = { ruleId, definition: toDefinition(form) };
  const canPreview = saysItems(form) && form.name.trim() !== "";
  return (
    <>
      <Section
        title="Before and after"
        verdict="The real funnel twice, with the rules in force and with this one as it stands. It leaves no trace."
      >
        <form
          className="flex flex-wrap items-end gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            const who = shopper === "" ? { anonymousId: "visitor" } : { userId: shopper };
            preview.mutate({
              workspace,
              ...draft,
              shopper: who,
              surface,
              n: 12,
              ...(region === undefined || region === "" ? {} : { region }),
            });
          }}
        >
          {named.data !== undefined && named.data.length > 0 ? (
            <Select
              label="Shopper"
              value={shopper}
              onChange={(event) => setUserId(event.target.value)}
              className="w-56"
            >
              {named.data.map((each) => (
                <option key={each.userId} value={each.userId}>
                  {each.name}, {each.taste}
                </option>
              ))}
            </Select>
          ) : (
            <Field
              label="Shopper's user id"
              value={userId ?? ""}
              hint="Empty: somebody unknown"
              onChange={(event) => setUserId(event.target.value)}
              className="w-56"
            />
          )}
          <Select
            label="Surface"
            value={surface}
            onChange={(event) => setSurface(event.target.value as (typeof SURFACES)[number])}
            className="w-44"
          >
            {SURFACES.map((each) => (
              <option key={each} value={each}>
                {SURFACE_LABELS[each]}
              </option>
            ))}
          </Select>
          <Button type="submit" disabled={!canPreview || preview.isPending}>
            {preview.isPending ? "Asking …" : "Show the slate"}
          </Button>
          {!canPreview && <span className="pb-1.5 text-ink-3">Name the rule and say which items first.</span>}
        </form>
        <div aria-live="polite" className="mt-4">
          {preview.error !== null && <p className="text-harm">{problemText(preview.error)}</p>}
          {preview.data !== undefined && <BeforeAfter preview={preview.data} />}
        </div>
      </Section>
      <Section
        title="On recent requests"
        verdict="The newest logged requests of all shoppers, served once more without and with the rule."
        actions={
          <Button
            disabled={!canPreview || replay.isPending}
            onClick={() => replay.mutate({ workspace, ...draft, requests: 60 })}
          >
            {replay.isPending ? "Replaying …" : "Replay 60"}
          </Button>
        }
      >
        <div aria-live="polite">
          {replay.error !== null && <p className="text-harm">{problemText(replay.error)}</p>}
          {replay.data !== undefined && <ReplayResult impact={replay.data} />}
        </div>
      </Section>
    </>
  );
}

function BeforeAfter({ preview }: { preview: Preview }) {
  const { before, after, matchedItems, conflicts } = preview;
  const gone = before.items.filter(
    ({ itemId }) => !after.items.some((item) => item.itemId === itemId),
  ).length;
  return (
    <>
      <p className="mb-3 flex flex-wrap gap-x-4 gap-y-1">
        {matchedItems === 0 ? (
          <StateWord tone="warn">no item of the release matches: this rule can never do anything</StateWord>
        ) : (
          <span>
            {formatCount(matchedItems)} {matchedItems === 1 ? "item matches" : "items match"};{" "}
            {gone === 0
              ? "no item leaves the slate"
              : `${gone} of ${before.items.length} items leave the slate`}
            .
          </span>
        )}
        {after.degradationReasons.includes("rule_only_left_nothing") && (
          <StateWord tone="warn">nothing of it can be shown here, so it is dropped</StateWord>
        )}
      </p>
      {conflicts.map(({ sentence }) => (
        <p key={sentence} className="mb-2">
          <StateWord tone="warn">conflict</StateWord> {sentence}.
        </p>
      ))}
      <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
        <SlateList title="Before" items={before.items} />
        <SlateList title="After" items={after.items} markOf={createMoveMarks(before.items)} />
      </div>
    </>
  );
}
