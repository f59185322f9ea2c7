import type {
  AlterCatalog,
  AlterDatabase,
  AlterFunction,
  AlterModel,
  AlterTable,
  AlterView,
  ChangeColumnsAction,
  Drop,
  PartitionSpecification,
} from "../ast/alterations.ts";
import { printColumn, printDistribution, printPrimaryKey, printWatermark } from "./definitions.ts";
import { printExpression } from "./expressions.ts";
import { printQuery } from "./queries.ts";
import { printComment, printIdentifier, printName, printNames, printOptions, printPath, printString, words } from "./text.ts";

type Alteration = AlterTable | AlterView | AlterModel | AlterFunction | AlterDatabase | AlterCatalog;

export function printDrop(drop: Drop): string {
  return words(
    "DROP",
    drop.temporary && "TEMPORARY",
    drop.system && "SYSTEM",
    drop.objectType,
    drop.ifExists && "IF EXISTS",
    printName(drop.name),
    drop.cascade && "CASCADE",
  );
}

export function printAlter(statement: Alteration): string {
  switch (statement.kind) {
    case "alter-function": {
      const { temporary, system, ifExists, name, implementation, language } = statement;
      const head = words("ALTER", temporary && "TEMPORARY", system && "SYSTEM", "FUNCTION", ifExists && "IF EXISTS", printName(name));
      return words(head, `AS ${printString(implementation)}`, language && `LANGUAGE ${language}`);
    }
    case "alter-catalog":
      return `ALTER CATALOG ${printIdentifier(statement.name)} ${printAction(statement.action)}`;
    case "alter-database":
      return `ALTER DATABASE ${printName(statement.name)} ${printAction(statement.action)}`;
    case "alter-view":
      return `ALTER VIEW ${printName(statement.name)} ${printAction(statement.action)}`;
    case "alter-table":
    case "alter-model": {
      const kind = statement.kind === "alter-table" ? "TABLE" : "MODEL";
      return words("ALTER", kind, statement.ifExists && "IF EXISTS", printName(statement.name), printAction(statement.action));
    }
  }
}

function printAction(action: Exclude<Alteration, AlterFunction>["action"]): string {
  switch (action.kind) {
    case "rename":
      return `RENAME TO ${printName(action.to)}`;
    case "rename-column":
      return `RENAME ${printPath(action.from)} TO ${printIdentifier(action.to)}`;
    case "set-options":
      return `SET ${printOptions(action.options)}`;
    case "reset-options":
      return `RESET (${action.keys.map(printString).join(", ")})`;
    case "set-comment":
      return printComment(action.comment).trimStart();
    case "replace-query":
      return `AS ${printQuery(action.query)}`;
    case "change-columns":
      return printChange(action);
    case "drop-columns":
      return `DROP ${printNames(action.columns)}`;
    case "drop-part":
      return words("DROP", action.part, action.name && printIdentifier(action.name));
    case "partition": {
      const condition = action.conditional && (action.operation === "ADD" ? "IF NOT EXISTS" : "IF EXISTS");
      return words(action.operation, condition, action.partitions.map(printPartition).join(", "));
    }
  }
}

function printChange({ operation, columns, watermark, primaryKey, distribution }: ChangeColumnsAction): string {
  if (distribution !== undefined) return `${operation} ${printDistribution(distribution, "DISTRIBUTION")}`;
  const elements = [
    ...columns.map(({ column, position, after }) => words(printColumn(column), position, after && printIdentifier(after))),
    ...(watermark === undefined ? [] : [printWatermark(watermark)]),
    ...(primaryKey === undefined ? [] : [printPrimaryKey(primaryKey)]),
  ];
  return `${operation} (${elements.join(", ")})`;
}

export function printPartition({ values }: PartitionSpecification): string {
  const inside = values.map(({ column, value }) => words(printIdentifier(column), value && `= ${printExpression(value)}`));
  return `PARTITION (${inside.join(", ")})`;
}
