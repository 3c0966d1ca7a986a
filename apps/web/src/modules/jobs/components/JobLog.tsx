import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { logLines } from "../presenters/jobView";

export function JobLog({ log }: { log: unknown }) {
  const lines = logLines(log);
  return (
    <Section
      title="Log"
      verdict={lines.length === 0 ? "Nothing was logged yet." : `${lines.length} lines, times in UTC.`}
    >
      {lines.length > 0 && (
        <ScrollRegion
          label="Log lines"
          className="max-h-[32rem] overflow-auto rounded-md border border-line bg-surface py-2"
        >
          <ol className="font-mono text-xs leading-5">
            {lines.map((line, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a log only grows at its end
              <li key={i} className="flex gap-3 px-3 hover:bg-sunken">
                <span className="w-16 shrink-0 text-ink-3">{line.at ?? ""}</span>
                <span className="min-w-0 whitespace-pre-wrap break-words">{line.text}</span>
              </li>
            ))}
          </ol>
        </ScrollRegion>
      )}
    </Section>
  );
}
