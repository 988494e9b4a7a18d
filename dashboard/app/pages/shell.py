"""What stands around every page: skip link, name, navigation, and which page an address shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import MATCH, ClientsideFunction, Dash, Input, Output, dcc, html

from app.pages import content, pipeline, recommendations
from app.pages.parts import Part

NAME = "groundplan"


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    children: Sequence[Part]


def page_at(path: str) -> Page | None:
    """None where there is no page."""
    if path == "/":
        return Page("Content", content.layout())
    if path == "/pipeline":
        return Page("Pipeline", pipeline.layout())
    if path == "/recommendations":
        return Page("Recommendations", recommendations.layout())
    return None


NAVIGATION = (("/", "Content"), ("/pipeline", "Pipeline"), ("/recommendations", "Recommendations"))


def title_of(path: str) -> str:
    """What the browser calls a page; also in what the server sends first."""
    page = page_at(path)
    return f"{page.title if page else 'No such page'} · {NAME}"


def layout(about: str | None) -> html.Div:
    """Nothing here asks a source: Dash calls it where no page was asked for yet."""
    return html.Div(
        [
            dcc.Location(id="url", refresh=False),
            dcc.Store(id="title"),
            dcc.Store(id="scheme", data=""),
            html.A("Skip to the figures", href="#main", className="skip"),
            html.Header(
                [html.A(NAME, href="/", className="name"), html.Nav(id="navigation", **{"aria-label": "Pages"})]
            ),
            *([html.P(about, id="about", role="note")] if about else []),
            html.Main(id="main", tabIndex=-1),
            html.Footer(
                "Reads only. Days and instants are in UTC; amounts of different currencies are never added up."
            ),
        ],
        id="shell",
    )


def register(app: Dash) -> None:
    @app.callback(
        Output("main", "children"),
        Output("navigation", "children"),
        Output("title", "data"),
        Input("url", "pathname"),
    )
    def show(path: str | None) -> tuple[Sequence[Part], list[Part], str]:
        here = path or "/"
        page = page_at(here)
        return page.children if page else nowhere(here), navigation(here), title_of(here)

    app.clientside_callback(ClientsideFunction("groundplan", "title"), Input("title", "data"))
    app.clientside_callback(
        ClientsideFunction("groundplan", "paint"),
        Output({"type": "chart", "name": MATCH}, "figure"),
        Input({"type": "chart-figure", "name": MATCH}, "data"),
        Input("scheme", "data"),
    )


def navigation(here: str) -> list[Part]:
    return [
        html.A(title, href=path, **({"aria-current": "page"} if path == here else {})) for path, title in NAVIGATION
    ]


def nowhere(path: str) -> list[Part]:
    return [html.H1("No such page"), html.P([f"There is no page at {path}. ", html.A("To the content", href="/")])]
