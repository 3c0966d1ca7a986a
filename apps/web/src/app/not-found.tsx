import Link from "next/link";

export default function NotFoundPage() {
  return (
    <main className="mx-auto max-w-lg px-4 py-24">
      <h1 className="font-semibold text-xl">There is no such page</h1>
      <p className="mt-2 text-ink-2">
        The address may be mistyped, or what it named is gone.{" "}
        <Link className="link" href="/">
          Go home
        </Link>
      </p>
    </main>
  );
}
