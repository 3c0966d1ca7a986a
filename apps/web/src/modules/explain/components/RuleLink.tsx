"use client";

import Link from "next/link";
import { useWorkspace } from "@/modules/shell/session";

/** `ruleId@revision`, as a link to the rule. */
export function RuleLink({ rule, children }: { rule: string; children?: string }) {
  const { href } = useWorkspace();
  const at = rule.lastIndexOf("@");
  return (
    <Link
      className={children === undefined ? "link font-mono text-xs" : "link"}
      href={href(`/rules/${rule.slice(0, at)}`)}
    >
      {children ?? `${rule.slice(0, Math.min(8, at))} rev. ${rule.slice(at + 1)}`}
    </Link>
  );
}
