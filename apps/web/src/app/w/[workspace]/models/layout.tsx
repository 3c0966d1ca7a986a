export { NuqsAdapter as default } from "nuqs/adapters/next/app";
