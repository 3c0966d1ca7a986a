import type { Metadata } from "next";
import { SignInPage } from "@/modules/signIn/pages/SignInPage";
import { safeNext } from "@/modules/signIn/presenters/safeNext";

export const metadata: Metadata = { title: "Sign in" };

export default async function Login({
  searchParams,
}: {
  searchParams: Promise<{ next?: string | string[] }>;
}) {
  return <SignInPage next={safeNext((await searchParams).next)} />;
}
