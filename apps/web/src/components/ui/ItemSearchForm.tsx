"use client";

import { useState } from "react";
import { Button } from "./Button";
import { Field } from "./Field";

/** Asks which item is meant; `onSearch` gets the text without the blanks around it. */
export function ItemSearchForm({ onSearch }: { onSearch: (text: string) => void }) {
  const [text, setText] = useState("");
  return (
    <form
      className="flex max-w-xl items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(text.trim());
      }}
    >
      <Field
        className="grow"
        label="Item id or words of its title"
        value={text}
        onChange={(event) => setText(event.target.value)}
        maxLength={128}
      />
      <Button type="submit">Find</Button>
    </form>
  );
}
