/** All connectors by name. What is heavy behind a declaration is loaded when a table of it is opened. */
import type { ConnectorDeclaration } from "../connector/index.ts";
import { HeadraceError, nearestName } from "../core/index.ts";
import { blackholeConnector } from "./blackhole/connector.ts";
import { datagenConnector } from "./datagen/connector.ts";
import { filesystemConnector } from "./filesystem/connector.ts";
import { printConnector } from "./print/connector.ts";
import { snsConnector } from "./sns/connector.ts";
import { streamConnector } from "./stream/connector.ts";

export const connectorDeclarations: ReadonlyMap<string, ConnectorDeclaration> = new Map(
  [streamConnector, filesystemConnector, snsConnector, printConnector, blackholeConnector, datagenConnector].map((declaration) => [
    declaration.name,
    declaration,
  ]),
);

/** @throws HeadraceError `invalid-option` naming the connectors there are. */
export function connectorDeclaration(name: string, table: string): ConnectorDeclaration {
  const found = connectorDeclarations.get(name);
  if (found !== undefined) return found;
  const near = nearestName(name, connectorDeclarations.keys());
  throw new HeadraceError("invalid-option", `table '${table}': there is no connector '${name}'`, {
    hint: near === undefined ? `There are ${[...connectorDeclarations.keys()].map((each) => `'${each}'`).join(", ")}.` : `Did you mean '${near}'?`,
  });
}
