"use client";

import type { Surface } from "@shortlist/contracts";
import { RotateCw } from "lucide-react";
import dynamic from "next/dynamic";
import { Empty, Failed } from "@/components/async/States";
import { Button } from "@/components/ui/Button";
import { problemOf } from "@/lib/problem";
import type { NamedShopper, Shopper } from "../presenters/shopper";
import { SLATE_SIZE } from "../search";
import type { Slate } from "../types";
import { useStage } from "../useStage";
import { CardSkeleton } from "./CardSkeleton";
import { ProductCard } from "./ProductCard";
import { ShopperPicker } from "./ShopperPicker";

// What answers a click comes with the page: one that came before it would be lost.
const SlateFacts = dynamic(() => import("./SlateFacts").then((m) => m.SlateFacts));
const SessionTrail = dynamic(() => import("./SessionTrail").then((m) => m.SessionTrail), { ssr: false });

/** One shopper and their list. */
export function Stage({
  side,
  shopper,
  named,
  surface,
  first,
  onShopper,
}: {
  side: "a" | "b";
  shopper: Shopper;
  named: readonly NamedShopper[];
  surface: Surface;
  first: Slate | null;
  onShopper: (key: string) => void;
}) {
  const { shown, session, isBusy, error, act, refresh } = useStage({ shopper, surface, first });
  return (
    <section aria-label={`List of ${shopper.name}`} data-stage={side} className="min-w-0">
      <div className="flex items-center gap-3 border-line border-b pb-3">
        <ShopperPicker shopper={shopper} named={named} onPick={onShopper} />
        <Button
          variant="quiet"
          onClick={() => void refresh()}
          disabled={isBusy}
          className="ml-auto px-2"
          aria-label={`Ask again for ${shopper.name}`}
        >
          <RotateCw className={isBusy ? "size-4 animate-spin" : "size-4"} aria-hidden="true" />
        </Button>
      </div>
      <div className="min-h-14 py-2">
        {shown !== null && <SlateFacts metadata={shown.slate.metadata} />}
        <p aria-live="polite" className="text-ink-2" data-story="">
          {shown?.story ?? "Click a product to see the next list change."}
        </p>
      </div>
      {error !== null && (
        <div className="mb-4">
          <Failed problem={problemOf(error)} isRetrying={isBusy} onRetry={refresh} />
        </div>
      )}
      {shown !== null && shown.slate.items.length === 0 ? (
        <Empty title="The list is empty">Nothing in the catalogue is eligible for this shopper here.</Empty>
      ) : (
        <ol className="grid grid-cols-2 gap-x-4 gap-y-7 sm:grid-cols-3 2xl:grid-cols-4" aria-busy={isBusy}>
          {shown === null
            ? error === null &&
              Array.from({ length: SLATE_SIZE }, (_, i) => `skeleton-${i}`).map((key) => (
                <CardSkeleton key={key} />
              ))
            : shown.slate.items.map((card) => (
                <ProductCard
                  key={card.itemId}
                  card={card}
                  change={shown.changes?.get(card.itemId) ?? null}
                  isBusy={isBusy}
                  onAct={act}
                />
              ))}
        </ol>
      )}
      <SessionTrail session={session} />
    </section>
  );
}
