import Link from "next/link";
import { StateWord } from "@/components/ui/StateWord";
import { formatMs } from "@/lib/format";
import { rungLabel } from "@/lib/rungs";
import { useWorkspace } from "@/modules/shell/session";
import type { Slate } from "../types";

/** How the list was made, in one line, with the way to its explanation. */
export function SlateFacts({ metadata }: { metadata: Slate["metadata"] }) {
  const { href } = useWorkspace();
  const { rung, reasons } = metadata.degradation;
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-0.5">
      <StateWord
        tone={rung === 0 ? "pass" : rung === 1 ? "none" : "warn"}
      >{`Rung ${rung}: ${rungLabel(rung)}`}</StateWord>
      <span>{formatMs(metadata.latencyMs)}</span>
      <span className="text-ink-3">
        {metadata.candidatesRetrieved} candidates, {metadata.candidatesScored} scored
      </span>
      <Link className="link" href={href(`/explain/${metadata.requestId}`)} prefetch={false}>
        Why this list?
      </Link>
      {reasons.length > 0 && <span className="basis-full text-ink-3">{reasons.join(" · ")}</span>}
    </p>
  );
}
