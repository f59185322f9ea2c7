/** The door: simulated card transactions. */
export { simulateDays } from "./days.mjs";
export { chargebackDelayMs, chargebackLine, firstDayMs, simulate, simulateRows, timeText, transactionLine, withChargebacks } from "./stream.mjs";
