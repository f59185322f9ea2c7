import type {
  ColumnDefinition,
  CreateFunction,
  CreateModel,
  CreateTable,
  CreateView,
  DistributionDefinition,
  LikeDefinition,
  PrimaryKeyDefinition,
  WatermarkDefinition,
} from "../ast/definitions.ts";
import { printExpression } from "./expressions.ts";
import { printQuery } from "./queries.ts";
import { printComment, printIdentifier, printName, printNames, printPath, printString, printWith, words } from "./text.ts";
import { printType } from "./types.ts";

type Head = { readonly orReplace?: boolean; readonly temporary?: boolean; readonly system?: boolean; readonly ifNotExists: boolean };

export function printHead(kind: string, { orReplace, temporary, system, ifNotExists }: Head, name: string): string {
  return words("CREATE", orReplace && "OR REPLACE", temporary && "TEMPORARY", system && "SYSTEM", kind, ifNotExists && "IF NOT EXISTS", name);
}

export function printCreateTable(table: CreateTable): string {
  const elements = [
    ...table.columnOrder.map(printIdentifier),
    ...table.columns.map(printColumn),
    ...(table.watermark === undefined ? [] : [printWatermark(table.watermark)]),
    ...(table.primaryKey === undefined ? [] : [printPrimaryKey(table.primaryKey)]),
  ];
  return words(
    printHead("TABLE", table, printName(table.name)),
    elements.length > 0 && `(\n  ${elements.join(",\n  ")}\n)`,
    table.comment !== undefined && printComment(table.comment).trimStart(),
    table.distribution && printDistribution(table.distribution),
    table.partitionedBy.length > 0 && `PARTITIONED BY ${printNames(table.partitionedBy)}`,
    printWith(table.options).trimStart(),
    table.like && printLike(table.like),
    table.query && `AS ${printQuery(table.query)}`,
  );
}

export function printColumn(column: ColumnDefinition): string {
  const name = printIdentifier(column.name);
  const comment = printComment(column.comment);
  switch (column.kind) {
    case "physical-column":
      return `${name} ${printType(column.type)}${comment}`;
    case "computed-column":
      return `${name} AS ${printExpression(column.expression)}${comment}`;
    case "metadata-column": {
      const key = column.key !== undefined && `FROM ${printString(column.key)}`;
      return words(name, printType(column.type), "METADATA", key, column.virtual && "VIRTUAL") + comment;
    }
  }
}

export function printWatermark({ column, expression }: WatermarkDefinition): string {
  return `WATERMARK FOR ${printPath(column)} AS ${printExpression(expression)}`;
}

export function printPrimaryKey({ name, columns, enforced }: PrimaryKeyDefinition): string {
  return words(name && `CONSTRAINT ${printIdentifier(name)}`, `PRIMARY KEY ${printNames(columns)}`, !enforced && "NOT ENFORCED");
}

export function printDistribution({ method, columns, bucketCount }: DistributionDefinition, keyword = "DISTRIBUTED"): string {
  const by = columns.length > 0 && words("BY", words(method) + printNames(columns));
  return words(keyword, by, bucketCount !== undefined && `INTO ${bucketCount} BUCKETS`);
}

function printLike({ source, options }: LikeDefinition): string {
  const inside = options.map(({ action, feature }) => `${action} ${feature}`).join(" ");
  return words("LIKE", printName(source), options.length > 0 && `(${inside})`);
}

export function printCreateView(view: CreateView): string {
  const columns = view.columns.map(({ name, comment }) => printIdentifier(name) + printComment(comment));
  const head = printHead("VIEW", view, printName(view.name));
  return `${words(head, columns.length > 0 && `(${columns.join(", ")})`)}${printComment(view.comment)} AS ${printQuery(view.query)}`;
}

export function printCreateModel(model: CreateModel): string {
  return words(
    printHead("MODEL", model, printName(model.name)),
    model.input.length > 0 && `INPUT (${model.input.map(printColumn).join(", ")})`,
    model.output.length > 0 && `OUTPUT (${model.output.map(printColumn).join(", ")})`,
    printComment(model.comment).trimStart(),
    printWith(model.options).trimStart(),
    model.query && `AS ${printQuery(model.query)}`,
  );
}

export function printCreateFunction(of: CreateFunction): string {
  return words(
    printHead("FUNCTION", of, printName(of.name)),
    `AS ${printString(of.implementation)}`,
    of.language && `LANGUAGE ${of.language}`,
    of.resources.length > 0 && `USING ${of.resources.map(({ type, path }) => `${type} ${printString(path)}`).join(", ")}`,
    printWith(of.options).trimStart(),
  );
}
