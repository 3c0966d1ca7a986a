"use client";

import { Check, Copy as CopyIcon } from "lucide-react";
import { useState } from "react";
import { cn } from "@/lib/cn";

/** Copies `text`. Says so in place, for eyes and for screen readers. */
export function CopyButton({
  text,
  label = "Copy",
  className,
}: {
  text: string;
  label?: string;
  className?: string;
}) {
  const [copied, setCopied] = useState(false);
  return (
    <button
      type="button"
      aria-label={copied ? "Copied" : label}
      title={label}
      onClick={async () => {
        await navigator.clipboard.writeText(text);
        setCopied(true);
        setTimeout(() => setCopied(false), 1_500);
      }}
      className={cn(
        "inline-flex size-6 shrink-0 items-center justify-center rounded text-ink-3 hover:bg-sunken hover:text-ink",
        className,
      )}
    >
      {copied ? <Check className="size-3.5 text-pass" /> : <CopyIcon className="size-3.5" />}
    </button>
  );
}

/** A command or snippet to run, with its copy button. */
export function Command({ text, label = "Copy the command" }: { text: string; label?: string }) {
  return (
    <div className="flex max-w-full items-start gap-1 rounded-md border border-line bg-sunken py-1 pr-1 pl-3 text-left">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <pre tabIndex={0} className="min-w-0 flex-1 overflow-x-auto py-0.5 font-mono text-xs leading-5">
        {text}
      </pre>
      <CopyButton text={text} label={label} />
    </div>
  );
}
