import { StateWord } from "@/components/ui/StateWord";
import { cn } from "@/lib/cn";
import { type JobDetail, jobWord } from "../presenters/jobView";

export function ProgressRail({ job }: { job: JobDetail }) {
  const { tone, word } = jobWord(job);
  const colour = { pass: "bg-pass", harm: "bg-harm", warn: "bg-warn", busy: "bg-accent", none: "bg-ink-3" }[
    tone
  ];
  return (
    <div>
      <div className="mb-1.5 flex items-baseline gap-3">
        <StateWord tone={tone}>{word}</StateWord>
        <span className="min-w-0 flex-1 truncate text-ink-2">{job.step}</span>
        <span className="font-semibold">{job.progressPct.toFixed(0)} %</span>
      </div>
      <div
        role="progressbar"
        aria-label="Progress"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(job.progressPct)}
        className="h-2 overflow-hidden rounded-sm bg-sunken"
      >
        <div
          className={cn("h-full rounded-sm transition-[width] duration-500", colour)}
          style={{ width: `${job.progressPct}%` }}
        />
      </div>
      {job.error !== null && (
        <pre className="mt-4 whitespace-pre-wrap break-words rounded-md bg-harm-soft px-3 py-2 font-mono text-xs">
          {job.error}
        </pre>
      )}
    </div>
  );
}
