import { SignInForm } from "../components/SignInForm";

export function SignInPage({ next }: { next: string }) {
  return (
    <main className="grid min-h-dvh place-items-center px-4">
      <div className="w-full max-w-sm">
        <svg viewBox="0 0 32 32" className="size-9" aria-hidden="true">
          <rect width="32" height="32" rx="7" className="fill-accent" />
          <path
            className="stroke-on-accent"
            strokeWidth="3.2"
            strokeLinecap="round"
            d="M8 10h16M8 16h11M8 22h6"
          />
        </svg>
        <h1 className="mt-5 font-semibold text-xl tracking-tight">Sign in to Shortlist</h1>
        <SignInForm next={next} />
        <p className="mt-8 border-line border-t pt-4 text-ink-3">
          First start? <code className="font-mono text-ink-2 text-xs">npm run up</code> makes the first
          account and prints its password. Later accounts come from an admin, under Settings, Members.
        </p>
      </div>
    </main>
  );
}
