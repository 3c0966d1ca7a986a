import { expect, test } from "vitest";
import { listTrustedOrigins } from "./origins";

test.each([
  ["http://127.0.0.1:3000/", ["http://127.0.0.1:3000", "http://localhost:3000"]],
  ["http://localhost:3000", ["http://localhost:3000", "http://127.0.0.1:3000"]],
  ["https://console.shop.example", ["https://console.shop.example"]],
])("%s trusts its own pages only", (url, origins) => {
  expect(listTrustedOrigins(url)).toEqual(origins);
});
