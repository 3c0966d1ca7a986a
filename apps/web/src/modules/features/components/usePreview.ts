"use client";

import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type ApiOutputs, useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";

export type DraftPreview = ApiOutputs["featureViews"]["preview"];

/** Long enough not to ask for every key typed. */
const WAIT_MS = 600;

/**
 * The newest preview of a definition, asked for one at a time while it is edited. `isCurrent` is false while what is
 * shown is of an earlier text. Null asks for nothing.
 */
export function usePreview(definition: Record<string, unknown> | null) {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const [shown, setShown] = useState<{ text: string; preview: DraftPreview } | null>(null);
  const [failed, setFailed] = useState<{ text: string; error: unknown } | null>(null);
  const { mutate, isPending } = useMutation(trpc.featureViews.preview.mutationOptions());
  const text = definition === null ? null : JSON.stringify(definition);
  useEffect(() => {
    if (text === null || isPending || shown?.text === text || failed?.text === text) return;
    const timer = setTimeout(
      () =>
        mutate(
          { workspace, definition: JSON.parse(text) },
          {
            onSuccess: (preview) => setShown({ text, preview }),
            onError: (error) => setFailed({ text, error }),
          },
        ),
      WAIT_MS,
    );
    return () => clearTimeout(timer);
  }, [text, isPending, shown, failed, mutate, workspace]);
  return {
    preview: shown?.preview ?? null,
    isCurrent: text !== null && shown?.text === text,
    error: failed !== null && failed.text === text ? failed.error : null,
    retry: () => setFailed(null),
  };
}
