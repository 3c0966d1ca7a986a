"use client";

import { ChevronsUpDown } from "lucide-react";
import { LazyMenu } from "@/modules/shell/components/LazyMenu";
import type { NamedShopper, Shopper } from "../presenters/shopper";
import { Face } from "./Face";

const load = () => import("./ShopperPanel").then((m) => m.ShopperPanel);

/** Chooses who shops: a named shopper, any user id, or a new anonymous visitor. */
export function ShopperPicker({
  shopper,
  named,
  onPick,
}: {
  shopper: Shopper;
  named: readonly NamedShopper[];
  onPick: (key: string) => void;
}) {
  return (
    <LazyMenu
      load={load}
      kind="dialog"
      extra={{ named, onPick }}
      triggerLabel={`Shopper ${shopper.name}, ${shopper.taste}. Change`}
      triggerClass="flex min-w-0 items-center gap-3 rounded-md py-1 pr-2 text-left hover:bg-sunken"
      trigger={
        <>
          <Face name={shopper.name} />
          <span className="min-w-0">
            <span className="block truncate font-semibold text-base leading-5">{shopper.name}</span>
            <span className="block truncate text-ink-2">{shopper.taste}</span>
          </span>
          <ChevronsUpDown className="size-4 shrink-0 text-ink-3" aria-hidden="true" />
        </>
      }
    />
  );
}
