"use client";

import dynamic from "next/dynamic";

/** A drawn product. The server sends the drawing; what draws it in the browser comes apart from the page. */
export const ProductPicture = dynamic(() => import("./ProductDrawing").then((m) => m.ProductDrawing));
