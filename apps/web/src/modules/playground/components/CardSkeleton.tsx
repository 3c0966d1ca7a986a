export function CardSkeleton() {
  return (
    <li aria-hidden="true">
      <div className="skeleton aspect-square w-full rounded-lg" />
      <div className="skeleton mt-2 h-4" />
      <div className="skeleton mt-2 h-9" />
      <div className="skeleton mt-2 h-8" />
    </li>
  );
}
