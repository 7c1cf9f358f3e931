// Excalidraw with its free-hand tool chosen, on a board of `?strokes=n`.

import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { Excalidraw } from "@excalidraw/excalidraw";
import "@excalidraw/excalidraw/index.css";
import { strokes } from "./writing.js";

const element = ({ x, y, points }, n) => ({
    id: `stroke${n}`,
    type: "freedraw",
    x,
    y,
    width: 26,
    height: 18,
    angle: 0,
    strokeColor: "#56b4e9",
    backgroundColor: "transparent",
    fillStyle: "solid",
    strokeWidth: 2,
    strokeStyle: "solid",
    roughness: 1,
    opacity: 100,
    groupIds: [],
    frameId: null,
    index: null,
    roundness: null,
    seed: n + 1,
    version: 1,
    versionNonce: n + 1,
    isDeleted: false,
    boundElements: null,
    updated: 1,
    link: null,
    locked: false,
    points,
    pressures: [],
    simulatePressure: true,
    lastCommittedPoint: null,
});

// Loading the drawing chooses another tool once more, some time after the board is there.
const excalidrawAPI = (api) =>
    setInterval(() => {
        if (api.getAppState().activeTool.type !== "freedraw") {
            api.setActiveTool({ type: "freedraw", locked: true });
        }
    }, 500);
const initialData = { elements: strokes(innerWidth, innerHeight).map(element), scrollToContent: false };
createRoot(document.getElementById("board")).render(createElement(Excalidraw, { excalidrawAPI, initialData }));
