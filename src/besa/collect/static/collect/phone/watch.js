// The desk's page of a captured video.
import { dress } from "./times.js";

const player = document.querySelector("[data-player] video");
if (player) dress(document.querySelector("[data-times]"), player);
