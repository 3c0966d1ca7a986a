import { EyeOff, ShoppingBag } from "lucide-react";
import { ProductPicture } from "@/components/picture/ProductPicture";
import { ItemLink } from "@/components/ui/ItemLink";
import { cn } from "@/lib/cn";
import { formatPrice } from "@/lib/format";
import type { RankChange } from "../presenters/rankChange";
import type { Action, SlateCard } from "../types";
import { RankMark } from "./RankMark";

const iconButton =
  "inline-flex size-7 items-center justify-center rounded-full bg-white/90 text-neutral-800 shadow-sm hover:bg-white disabled:opacity-60";

/** A product as a storefront shows it, with why it is here below. */
export function ProductCard({
  card,
  change,
  isBusy,
  onAct,
}: {
  card: SlateCard;
  change: RankChange | null;
  isBusy: boolean;
  onAct: (action: Action, card: SlateCard) => void;
}) {
  const { item } = card;
  const title = item?.title ?? card.itemId;
  return (
    <li
      className={cn("group relative min-w-0", change?.kind === "new" && "animate-[arrive_320ms_ease-out]")}
      data-item={card.itemId}
    >
      <button
        type="button"
        onClick={() => onAct("click", card)}
        disabled={isBusy}
        aria-label={`Open ${title}`}
        className="block w-full overflow-hidden rounded-lg disabled:cursor-progress"
      >
        <ProductPicture
          itemId={card.itemId}
          category={item?.category ?? ""}
          brand={item?.brand ?? ""}
          className="aspect-square w-full transition-transform duration-200 group-hover:scale-[1.025]"
        />
      </button>
      <span className="pointer-events-none absolute top-2 left-2 flex items-center gap-1">
        <span className="rounded bg-neutral-900/85 px-1.5 font-medium text-2xs text-white">
          {card.position + 1}
        </span>
        {change !== null && <RankMark change={change} />}
      </span>
      <span className="absolute top-0 right-0 flex w-full justify-end gap-1.5 p-1.5 [aspect-ratio:1] items-end pointer-events-none *:pointer-events-auto">
        <button
          type="button"
          disabled={isBusy}
          onClick={() => onAct("add_to_cart", card)}
          aria-label={`Add ${title} to cart`}
          title="Add to cart"
          className={iconButton}
        >
          <ShoppingBag className="size-3.5" aria-hidden="true" />
        </button>
        <button
          type="button"
          disabled={isBusy}
          onClick={() => onAct("hide", card)}
          aria-label={`Hide ${title}`}
          title="Hide: not for me"
          className={iconButton}
        >
          <EyeOff className="size-3.5" aria-hidden="true" />
        </button>
      </span>
      <p className="mt-2 flex items-baseline justify-between gap-2">
        <span className="truncate text-ink-3 text-xs">{item?.brand || "no brand"}</span>
        <span className="shrink-0 font-semibold">{formatPrice(item?.price, item?.currency ?? "EUR")}</span>
      </p>
      <p className="line-clamp-2 min-h-9 font-medium leading-[1.125rem]">
        <ItemLink itemId={card.itemId} className="hover:underline">
          {title}
        </ItemLink>
      </p>
      <p className="mt-1 line-clamp-1 text-ink-2 text-xs leading-4">{card.reason}</p>
      <p
        className="mt-0.5 line-clamp-2 min-h-8 text-2xs text-ink-3"
        title={`${card.sources.join(", ")} · score ${card.score}`}
      >
        <span className="font-mono">{card.score.toFixed(3)}</span> {card.sources.join(", ")}
      </p>
    </li>
  );
}
