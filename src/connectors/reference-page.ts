import { connectorReference } from "../connector/index.ts";
import { connectorDeclarations } from "./registry.ts";

/** The whole of `docs/reference/connectors.md`, made from the declarations. */
export function connectorsPage(): string {
  const declarations = [...connectorDeclarations.values()];
  const introduction = [
    "# Connectors",
    "",
    "Made from the declarations by `npm run generate`; do not edit.",
    "",
    "A table names its connector and options in its WITH clause. Durations are written `500 ms`, `5 s`, `1 min`, `2 h`, `1 d`; sizes `64 kb`, `128 mb`, `1 gb`.",
    "",
    ...declarations.map(({ name, summary }) => `- [${name}](#${name}): ${summary}`),
  ];
  return `${introduction.join("\n")}\n\n${declarations.map(connectorReference).join("\n")}`;
}
