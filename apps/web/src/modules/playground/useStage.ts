"use client";

import type { Surface } from "@shortlist/contracts";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { changeSummary, type RankChange, rankChanges } from "./presenters/rankChange";
import type { Shopper } from "./presenters/shopper";
import { SLATE_SIZE } from "./search";
import type { Action, Slate, SlateCard } from "./types";

interface Shown {
  readonly slate: Slate;
  readonly changes: ReadonlyMap<string, RankChange> | null;
  /** What led to this slate, and what moved. */
  readonly story: string | null;
}

const VERBS: Record<Action, string> = { click: "opened", add_to_cart: "put in the cart", hide: "hid" };

/** One shopper's session: the slate shown, what was done, and the next slate after each action. */
export function useStage({
  shopper,
  surface,
  first,
}: {
  shopper: Shopper;
  surface: Surface;
  first: Slate | null;
}) {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const [shown, setShown] = useState<Shown | null>(
    first === null ? null : { slate: first, changes: null, story: null },
  );
  const [session, setSession] = useState<readonly { itemId: string; title: string; action: Action }[]>([]);
  const recommend = useMutation(trpc.playground.recommend.mutationOptions());
  const interact = useMutation(trpc.playground.interact.mutationOptions());

  async function loadNext(sessionItems: readonly string[]): Promise<Slate> {
    const itemId = sessionItems.at(-1) ?? shown?.slate.items[0]?.itemId;
    return recommend.mutateAsync({
      workspace,
      shopper: shopper.ref,
      surface,
      n: SLATE_SIZE,
      sessionItems: [...sessionItems],
      ...(shopper.region === null ? {} : { region: shopper.region }),
      // The page a shopper stands on is about one product.
      ...(surface === "product_detail" && itemId !== undefined ? { itemId } : {}),
    });
  }

  async function refresh() {
    const slate = await loadNext(itemsOf(session)).catch(() => null);
    if (slate === null) return;
    const changes = shown === null ? null : rankChanges(idsOf(shown.slate), idsOf(slate));
    setShown({ slate, changes, story: changes === null ? null : `Asked again: ${changeSummary(changes)}.` });
  }

  async function act(action: Action, card: SlateCard) {
    if (shown === null || isBusy) return;
    const title = card.item?.title ?? card.itemId;
    try {
      await interact.mutateAsync({
        workspace,
        shopper: shopper.ref,
        type: action,
        itemId: card.itemId,
        surface,
        requestId: shown.slate.metadata.requestId,
        position: card.position,
      });
      const next = [...session, { itemId: card.itemId, title, action }];
      setSession(next);
      const slate = await loadNext(itemsOf(next));
      const changes = rankChanges(idsOf(shown.slate), idsOf(slate));
      setShown({
        slate,
        changes,
        story: `${shopper.name} ${VERBS[action]} “${title}”: ${changeSummary(changes)}.`,
      });
    } catch {
      // The mutation holds the error; the stage shows it.
    }
  }

  const isBusy = recommend.isPending || interact.isPending;
  const needsFirst = useRef(first === null);
  const refreshRef = useRef(refresh);
  refreshRef.current = refresh;
  useEffect(() => {
    // Once, also when React runs effects twice in development.
    if (!needsFirst.current) return;
    needsFirst.current = false;
    void refreshRef.current();
  }, []);

  return { shown, session, isBusy, error: interact.error ?? recommend.error, act, refresh };
}

function idsOf(slate: Slate): string[] {
  return slate.items.map(({ itemId }) => itemId);
}

/** What a storefront would send as the items of the running session: hiding is no interest. */
function itemsOf(session: readonly { itemId: string; action: Action }[]): string[] {
  return session.filter(({ action }) => action !== "hide").map(({ itemId }) => itemId);
}
