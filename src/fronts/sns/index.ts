export { createSnsService, type SnsFront } from "./service.ts";
