import Link from "next/link";
import { Section } from "@/components/ui/Section";
import { StateWord, type Tone } from "@/components/ui/StateWord";
import { Time } from "@/components/ui/Time";
import { useWorkspace } from "@/modules/shell/session";
import type { Home } from "../presenters/homeView";

const SEVERITY: Record<Home["needs"][number]["severity"], { tone: Tone; word: string }> = {
  critical: { tone: "harm", word: "urgent" },
  warning: { tone: "warn", word: "look" },
  info: { tone: "none", word: "note" },
};

/** What needs a person, worst first; each row leads to the page where it can be acted on. */
export function NeedList({ needs, running }: { needs: Home["needs"]; running: Home["runningJobs"] }) {
  const { href } = useWorkspace();
  return (
    <Section title="Needs you" className="mt-0 lg:mt-0">
      {needs.length === 0 && running.length === 0 && (
        <p className="border-line border-y py-5">
          <StateWord tone="pass">All quiet</StateWord>
          <span className="ml-2 text-ink-2">Serving, releases and jobs are in order.</span>
        </p>
      )}
      <ol>
        {needs.map((need) => (
          <li key={need.kind + need.title} className="border-line border-b first:border-t">
            <Link href={href(need.href)} className="flex gap-4 py-2.5 hover:bg-sunken/60">
              <StateWord tone={SEVERITY[need.severity].tone} className="w-16 shrink-0 self-start">
                {SEVERITY[need.severity].word}
              </StateWord>
              <span className="min-w-0 flex-1">
                <span className="block font-medium">{need.title}</span>
                <span className="block break-words text-ink-2">{need.detail}</span>
              </span>
              {need.at !== null && <Time at={need.at} className="shrink-0 text-ink-3" />}
            </Link>
          </li>
        ))}
        {running.map((job) => (
          <li key={job.id} className="border-line border-b first:border-t">
            <Link href={href(`/jobs/${job.id}`)} className="flex gap-4 py-2.5 hover:bg-sunken/60">
              <StateWord tone="busy" className="w-16 shrink-0 self-start">
                {job.state}
              </StateWord>
              <span className="min-w-0 flex-1">
                <span className="block font-medium">{job.name}</span>
                <span className="block text-ink-2">{job.step}</span>
              </span>
              <span className="shrink-0 text-ink-3">{job.progressPct.toFixed(0)} %</span>
            </Link>
          </li>
        ))}
      </ol>
    </Section>
  );
}
