// tldraw with its pen chosen, on a board of `?strokes=n`.

import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { Tldraw, compressLegacySegments } from "tldraw";
import "tldraw/tldraw.css";
import { strokes, wanted } from "./writing.js";

const shape = ({ x, y, points }) => ({
    type: "draw",
    x,
    y,
    props: {
        color: "light-blue",
        isComplete: true,
        segments: compressLegacySegments([{ type: "free", points: points.map(([x, y]) => ({ x, y, z: 0.5 })) }]),
    },
});

const onMount = (editor) => {
    editor.createShapes(strokes(innerWidth, innerHeight).map(shape));
    editor.setCurrentTool("draw");
};
const options = { maxShapesPerPage: wanted + 10000 };
createRoot(document.getElementById("board")).render(createElement(Tldraw, { onMount, options }));
