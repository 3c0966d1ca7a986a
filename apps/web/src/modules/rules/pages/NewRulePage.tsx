"use client";

import { useRouter, useSearchParams } from "next/navigation";
import { Page } from "@/components/ui/Page";
import { useWorkspace } from "@/modules/shell/session";
import { RuleEditor } from "../components/RuleEditor";
import { readDraft } from "../presenters/ruleForm";

export function NewRulePage() {
  const router = useRouter();
  const query = useSearchParams();
  const { slug: workspace } = useWorkspace();
  return (
    <Page
      title="New rule"
      verdict="Say what, on which items, for which requests and when; see what it does before it does."
    >
      <RuleEditor
        ruleId={null}
        initial={readDraft(query)}
        isEnabled={false}
        onSaved={(ruleId) => router.push(`/w/${workspace}/rules/${ruleId}`)}
      />
    </Page>
  );
}
