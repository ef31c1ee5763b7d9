"""The snippet: HTML for a block that stands on every page and shows the widget of the course at hand. Pure."""

import json
from collections.abc import Mapping

_PAGE = """\
<div class="cairn-snippet"></div>
<script>
(function (places) {{
  var here = document.currentScript.previousElementSibling;
  var config = window.M && window.M.cfg;
  var module = config && places[config.courseId];
  if (!module) {{ return; }}
  var frame = document.createElement("iframe");
  frame.src = config.wwwroot + "/mod/lti/view.php?id=" + module;
  frame.title = {title};
  frame.width = "100%";
  frame.height = "420";
  frame.loading = "lazy";
  frame.style.border = "0";
  here.appendChild(frame);
  window.addEventListener("message", function (event) {{
    var told = event.data;
    if (event.source === frame.contentWindow && told && told.subject === "lti.frameResize") {{
      frame.height = Math.min(Math.max(Number(told.height) || 420, 80), 2400);
    }}
  }});
}}({places}));
</script>
"""


def snippet(modules: Mapping[int, int], title: str) -> str:
    """The HTML to copy; on the pages of courses that are not in it, it shows nothing.

    Args:
        modules: by the LMS's id of a course, the course module of the widget's activity in it.
        title: what the frame is called, for those who hear the page.
    """
    return _PAGE.format(
        places=_literal({str(course): modules[course] for course in sorted(modules)}), title=_literal(title)
    )


def _literal(value: object) -> str:
    """A JavaScript value that cannot end the script it stands in."""
    return json.dumps(value).replace("<", "\\u003c")
