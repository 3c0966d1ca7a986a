"use client";

import { type FormEvent, useEffect, useState } from "react";
import { Button } from "@/components/ui/Button";
import { Field } from "@/components/ui/Field";
import { authClient } from "@/lib/authClient";
import { signInProblem } from "../presenters/signInProblem";

export function SignInForm({ next }: { next: string }) {
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  // Sent before the script runs, the form would go nowhere.
  const [isReady, setReady] = useState(false);
  useEffect(() => setReady(true), []);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(null);
    const { error } = await authClient.signIn
      .email({ email: String(form.get("email")), password: String(form.get("password")) })
      .catch(() => ({ error: { status: 0 } }));
    if (error === null) {
      // A full load: everything is rendered anew for the person who signed in.
      window.location.assign(next);
      return;
    }
    setProblem(signInProblem(error));
    setBusy(false);
  }

  return (
    <form onSubmit={submit} method="post" className="mt-5 flex flex-col gap-4">
      <Field label="Email" name="email" type="email" autoComplete="username" required />
      <Field label="Password" name="password" type="password" autoComplete="current-password" required />
      <p role="alert" className="min-h-5 text-harm empty:hidden">
        {problem}
      </p>
      <Button type="submit" variant="primary" className="h-9" disabled={isBusy || !isReady}>
        {isBusy ? "Signing in …" : "Sign in"}
      </Button>
    </form>
  );
}
