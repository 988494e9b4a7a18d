/**
 * Graphviz, compiled to WebAssembly, in a thread of its own: takes DOT as `workerData`, answers with SVG. It is an ES
 * module of 800 kB that only one command needs, so it stays out of the command's bundle.
 */
import { parentPort, workerData } from "node:worker_threads";
import { Graphviz } from "@hpcc-js/wasm-graphviz";

const graphviz = await Graphviz.load();
parentPort?.postMessage(graphviz.layout(workerData, "svg", "dot"));
