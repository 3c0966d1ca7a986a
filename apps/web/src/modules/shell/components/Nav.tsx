import Link from "next/link";
import { cn } from "@/lib/cn";
import { isUnder, NAVIGATION } from "../navigation";
import { useWorkspace } from "../session";

export function Nav({ path, onNavigate }: { path: string; onNavigate: () => void }) {
  const { href } = useWorkspace();
  return (
    <nav aria-label="Console" className="pt-2 md:pt-4">
      {NAVIGATION.map(({ group, items }) => (
        <div key={group ?? "top"} className="mb-4">
          {group !== null && (
            <p className="mb-1 px-2 font-medium text-2xs text-ink-3 uppercase tracking-wider">{group}</p>
          )}
          <ul>
            {items.map(({ path: to, label, icon: Icon }) => {
              const isCurrent = isUnder(path, to);
              return (
                <li key={to}>
                  <Link
                    href={href(to)}
                    // A prefetched playground would make real requests.
                    prefetch={false}
                    onClick={onNavigate}
                    {...(isCurrent ? { "aria-current": "page" as const } : {})}
                    className={cn(
                      "flex h-8 items-center gap-2.5 rounded-md px-2 text-ink-2 md:h-7 hover:bg-sunken hover:text-ink",
                      isCurrent && "bg-sunken font-medium text-ink",
                    )}
                  >
                    <Icon
                      className={cn("size-4 shrink-0", isCurrent ? "text-accent-ink" : "text-ink-3")}
                      strokeWidth={1.75}
                      aria-hidden="true"
                    />
                    {label}
                  </Link>
                </li>
              );
            })}
          </ul>
        </div>
      ))}
    </nav>
  );
}
