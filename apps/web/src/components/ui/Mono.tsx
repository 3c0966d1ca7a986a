import { cn } from "@/lib/cn";

/** Ids, hashes and versions. The whole value on hover when it is cut. */
export function Mono({
  children,
  title,
  className,
}: {
  children: string | number;
  title?: string;
  className?: string;
}) {
  return (
    <code {...(title === undefined ? {} : { title })} className={cn("font-mono text-xs", className)}>
      {children}
    </code>
  );
}
