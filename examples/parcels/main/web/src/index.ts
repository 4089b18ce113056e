export { Tracker } from "./Tracker.js";
export { isNumber } from "./api.js";
