"use client";

import { useRouter } from "next/navigation";
import { Page } from "@/components/ui/Page";
import { useWorkspace } from "@/modules/shell/session";
import { RuleEditor } from "../components/RuleEditor";
import { EMPTY_FORM } from "../presenters/ruleForm";

export function NewRulePage() {
  const router = useRouter();
  const { slug: workspace } = useWorkspace();
  return (
    <Page
      title="New rule"
      verdict="Say what, on which items, for which requests and when; see what it does before it does."
    >
      <RuleEditor
        ruleId={null}
        initial={EMPTY_FORM}
        isEnabled={false}
        onSaved={(ruleId) => router.push(`/w/${workspace}/rules/${ruleId}`)}
      />
    </Page>
  );
}
