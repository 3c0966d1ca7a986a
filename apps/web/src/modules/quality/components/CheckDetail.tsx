"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { Facts } from "@/components/ui/Section";
import { StateWord } from "@/components/ui/StateWord";
import { Time } from "@/components/ui/Time";
import { formatCount } from "@/lib/format";
import { notify } from "@/lib/notify";
import { problemText } from "@/lib/problem";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import {
  type Check,
  checkLabel,
  expectedRange,
  formatCheckValue,
  STATE_TONES,
  STATE_WORDS,
} from "../presenters/gridView";

/** One cell of the grid in words: what was found, what was expected, of how many events. */
export function CheckDetail({ check, title, isClosed }: { check: Check; title: string; isClosed: boolean }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const { slug: workspace, href } = useWorkspace();
  const setClosed = useMutation(
    trpc.quality.setClosedDay.mutationOptions({
      onSuccess: async ({ jobId }, { closed, day }) => {
        await client.invalidateQueries({ queryKey: trpc.quality.pathKey() });
        void notify(
          "success",
          `${day} is ${closed ? "closed" : "an ordinary day"}; the days it touches are judged again.`,
        );
        return jobId;
      },
      onError: (error) => notify("error", problemText(error)),
    }),
  );
  const isVolume = check.check === "volume" || check.check === "volume_by_type";
  return (
    <div className="mt-4 border-line border-y py-4" aria-live="polite">
      <h3 className="flex flex-wrap items-baseline gap-x-3 font-medium">
        {checkLabel(check.check)}, {check.day}
        <StateWord tone={STATE_TONES[check.state]}>{STATE_WORDS[check.state]}</StateWord>
      </h3>
      <p className="mt-1 text-ink-2">{check.sentence}.</p>
      <Facts
        className="mt-3 max-w-2xl"
        rows={[
          ["What is checked", title],
          ["Found", formatCheckValue(check.check, check.value)],
          ["Expected", expectedRange(check) ?? "nothing yet: see above"],
          ["n", `${formatCount(check.n)} ${check.check === "set_aside" ? "rows" : "events"}`],
          ["Computed", <Time key="t" at={check.computedAt} />],
        ]}
      />
      <div className="mt-3 flex flex-wrap items-center gap-3">
        {(isVolume || isClosed) && (
          <GuardedButton
            permission="quality:repair"
            disabled={setClosed.isPending}
            onClick={() => setClosed.mutate({ workspace, day: check.day, closed: !isClosed })}
          >
            {isClosed ? "The shop was open" : "The shop was closed"}
          </GuardedButton>
        )}
        <Link className="link" href={`${href("/quality")}#set-aside`}>
          Rows set aside
        </Link>
        <Link className="link" href={href("/catalog")}>
          Imports
        </Link>
      </div>
    </div>
  );
}
