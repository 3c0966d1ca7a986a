import { CopyButton } from "@/components/ui/Copy";
import { ScrollRegion } from "@/components/ui/ScrollRegion";

/** A text of code, scrolling in its own region, to be copied. */
export function CodeBlock({ label, text }: { label: string; text: string }) {
  return (
    <div className="relative rounded-md border border-line bg-sunken">
      <ScrollRegion label={label} className="max-h-96 overflow-y-auto">
        <pre className="p-3 pr-10 font-mono text-xs leading-5">{text}</pre>
      </ScrollRegion>
      <CopyButton text={text} label={`Copy ${label}`} className="absolute top-1.5 right-1.5" />
    </div>
  );
}
