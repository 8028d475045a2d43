// SPDX-License-Identifier: Apache-2.0
// Nothing here is needed to read the report: it opens folded parts that a link leads to,
// and shows the links of the box in focus on the map.
"use strict";
(function () {
  function reveal() {
    var id = decodeURIComponent(location.hash.slice(1));
    var found = id && document.getElementById(id);
    if (!found) return;
    for (var node = found; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") node.open = true;
    }
    found.scrollIntoView({ block: "start" });
  }
  window.addEventListener("hashchange", reveal);
  reveal();

  var map = document.querySelector("svg.chain");
  if (!map) return;
  var lines = Array.prototype.slice.call(map.querySelectorAll("path.link"));
  function light(key) {
    map.classList.toggle("lit", Boolean(key));
    lines.forEach(function (line) {
      line.classList.toggle("on", Boolean(key) && (line.dataset.ends.split(" ").indexOf(key) >= 0));
    });
  }
  map.querySelectorAll("a.node").forEach(function (node) {
    ["focus", "mouseenter"].forEach(function (kind) {
      node.addEventListener(kind, function () { light(node.dataset.node); });
    });
    ["blur", "mouseleave"].forEach(function (kind) {
      node.addEventListener(kind, function () { light(""); });
    });
  });
})();
