"""A chart block as Word's own chart: drawn by Word, its numbers in a workbook that opens on « Modifier les données ».

Both XML and workbook are written by hand: a library would load for longer than the whole piece takes, and
dates what it writes. Every text goes through `text.one_line` and `text.escape` first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from drafter.draft.blocks import Chart, Series
from drafter.word.package import Part
from drafter.word.package.addition import Addition
from drafter.word.text import attribute, escape, one_line
from drafter.word.workbook import TAB, column, number_format, plain_number, workbook

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_TWIP, _MILLIMETRE = 635, 36_000  # in the units of a drawing
_INK = "1E1E1E"
_SIZE = 800  # hundredths of a point
_CHARACTER = 1.5  # millimetres, the mean width of a letter of that size
_MARGIN = 2  # millimetres, above and below the bars

# Told apart by what ink puts on paper, not by colour: dark, white, striped, then light grey. Each bar also
# carries the name of its series: programs do not agree on the order of a legend.
_MAIN = '<a:solidFill><a:srgbClr val="1F3A5F"/></a:solidFill>'
_OTHERS = (
    '<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>',
    f'<a:pattFill prst="wdUpDiag"><a:fgClr><a:srgbClr val="{_INK}"/></a:fgClr>'
    '<a:bgClr><a:srgbClr val="FFFFFF"/></a:bgClr></a:pattFill>',
    '<a:solidFill><a:srgbClr val="BFBFBF"/></a:solidFill>',
)


@dataclass(frozen=True, slots=True)
class Size:
    """Of the drawing on the page, in millimetres."""

    width: float
    height: float


def write_drawing(chart: Chart, number: int, text_width: int, text_height: int) -> str:
    """The run that shows chart `number` in the text. Raises ValueError when the chart contradicts itself."""
    counts = {len(series.values) for series in chart.series}
    if not chart.categories or counts != {len(chart.categories)}:
        raise ValueError(f"chart {chart.caption!r}: its series and its categories differ in length")
    size = _size(chart, text_width, text_height)
    extent = f'cx="{text_width * _TWIP}" cy="{round(size.height * _MILLIMETRE)}"'
    return (
        f'<w:r><w:drawing><wp:inline xmlns:wp="{_DRAWING}/wordprocessingDrawing" distT="0" distB="0" distL="0" '
        f'distR="0"><wp:extent {extent}/><wp:effectExtent l="0" t="0" r="0" b="0"/>'
        f'<wp:docPr id="{number}" name="Figure {number}" descr="{attribute(chart.alt)}" '
        f'title="{attribute(chart.caption)}"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic xmlns:a="{_DRAWING}/main"><a:graphicData uri="{_DRAWING}/chart">'
        f'<c:chart xmlns:c="{_DRAWING}/chart" xmlns:r="{_OFFICE}" r:id="{_relationship(number)}"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def chart_parts(charts: Sequence[Chart], text_width: int, text_height: int, theme: bytes | None) -> Addition:
    """For each chart its drawing and its workbook, numbered from 1. `theme` is that of the document, if any."""
    if not charts:
        return Addition()
    parts: dict[str, Part] = {}
    links, types = "", f'<Default Extension="xlsx" ContentType="{_XLSX_TYPE}"/>'
    for number, chart in enumerate(charts, 1):
        sheet = f"Microsoft_Excel_Worksheet{number}.xlsx"
        size = _size(chart, text_width, text_height)
        parts[f"word/charts/chart{number}.xml"] = _chart(chart, size).encode()
        parts[f"word/charts/_rels/chart{number}.xml.rels"] = _relationships(
            ("rId1", "package", f"../embeddings/{sheet}")
        )
        parts[f"word/embeddings/{sheet}"] = workbook(chart, theme)
        links += _link(_relationship(number), "chart", f"charts/chart{number}.xml")
        types += f'<Override PartName="/word/charts/chart{number}.xml" ContentType="{_CHART_TYPE}"/>'
    return Addition(parts, links, types)


def _size(chart: Chart, text_width: int, text_height: int) -> Size:
    """Bars as thick as a line of text where the page allows, thinner when they must all fit on it."""
    bars = len(chart.series)
    row = 4.2 * bars + 3 if bars > 1 else 7
    most = text_height * _TWIP / _MILLIMETRE * 0.9  # room for the caption
    return Size(text_width * _TWIP / _MILLIMETRE, min(len(chart.categories) * row + 2 * _MARGIN, most))


# The chart


def _chart(chart: Chart, size: Size) -> str:
    several = len(chart.series) > 1
    longest = max(len(one_line(category)) for category in chart.categories)
    left = min(0.4, (longest * _CHARACTER + 5) / size.width)
    right = (_ends(chart) * _CHARACTER + 3) / size.width
    top = _MARGIN / size.height
    layout = (
        '<c:layout><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
        f'<c:x val="{left:.4f}"/><c:y val="{top:.4f}"/><c:w val="{1 - left - right:.4f}"/>'
        f'<c:h val="{1 - 2 * top:.4f}"/></c:manualLayout></c:layout>'
    )
    code = attribute(number_format(chart))
    others = iter(_OTHERS * len(chart.series))
    series = "".join(
        _series(chart, index, item, _MAIN if item.main else next(others), code)
        for index, item in enumerate(chart.series)
    )
    return (
        f'{_HEAD}<c:chartSpace xmlns:c="{_DRAWING}/chart" xmlns:a="{_DRAWING}/main" xmlns:r="{_OFFICE}">'
        '<c:date1904 val="0"/><c:lang val="fr-FR"/><c:roundedCorners val="0"/>'
        f'<c:chart><c:autoTitleDeleted val="1"/><c:plotArea>{layout}'
        f'<c:barChart><c:barDir val="bar"/><c:grouping val="clustered"/><c:varyColors val="0"/>{series}'
        f'<c:gapWidth val="{60 if several else 45}"/><c:axId val="1001"/><c:axId val="1002"/></c:barChart>'
        # The first category stands on top, as in the table.
        '<c:catAx><c:axId val="1001"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/>'
        '<c:axPos val="l"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="low"/><c:spPr>{_edge("7F7F7F")}</c:spPr>{_letters()}'
        '<c:crossAx val="1002"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/>'
        '<c:lblOffset val="50"/><c:tickLblSkip val="1"/><c:noMultiLvlLbl val="1"/></c:catAx>'
        # Every bar carries its number: no scale to read.
        '<c:valAx><c:axId val="1002"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling>'
        f'<c:delete val="1"/><c:axPos val="t"/><c:numFmt formatCode="{code}" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
        '<c:crossAx val="1001"/><c:crosses val="autoZero"/><c:crossBetween val="between"/></c:valAx>'
        f'<c:spPr><a:noFill/></c:spPr></c:plotArea><c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/>'
        "</c:chart><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
        f'{_letters()}<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    )


def _ends(chart: Chart) -> int:
    """The length of the longest text at the end of a bar."""
    several = len(chart.series) > 1
    unit = len(one_line(chart.unit)) + 2
    return max(
        len(one_line(series.name)) * several + max(_letters_of(value.value) for value in series.values) + unit
        for series in chart.series
    )


def _letters_of(number: Fraction) -> int:
    """How long a number is as the chart prints it: groups of three, two decimals at most."""
    digits = len(str(number.numerator // number.denominator))
    return digits + (digits - 1) // 3 + 3 * (number.denominator != 1)


def _series(chart: Chart, index: int, series: Series, fill: str, code: str) -> str:
    letter, last = column(index + 1), len(chart.categories) + 1
    numbers = [plain_number(value.value) for value in series.values]
    return (
        f'<c:ser><c:idx val="{index}"/><c:order val="{index}"/>'
        f"<c:tx>{_text_cache(f'{TAB}!${letter}$1', [series.name])}</c:tx>"
        f"<c:spPr>{fill}{_edge(_INK)}</c:spPr>"
        '<c:invertIfNegative val="0"/>'
        f'<c:dLbls><c:numFmt formatCode="{code}" sourceLinked="0"/><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>'
        f'{_letters(bold=series.main)}<c:dLblPos val="outEnd"/><c:showLegendKey val="0"/><c:showVal val="1"/>'
        f'<c:showCatName val="0"/><c:showSerName val="{int(len(chart.series) > 1)}"/><c:showPercent val="0"/>'
        '<c:showBubbleSize val="0"/><c:separator>\u00a0</c:separator></c:dLbls>'
        f"<c:cat>{_text_cache(f'{TAB}!$A$2:$A${last}', chart.categories)}</c:cat>"
        f"<c:val><c:numRef><c:f>{TAB}!${letter}$2:${letter}${last}</c:f><c:numCache>"
        f'<c:formatCode>{code}</c:formatCode><c:ptCount val="{len(numbers)}"/>{_points(numbers)}'
        "</c:numCache></c:numRef></c:val></c:ser>"
    )


def _text_cache(reference: str, texts: Sequence[str]) -> str:
    shown = [escape(one_line(text)) for text in texts]
    return (
        f'<c:strRef><c:f>{reference}</c:f><c:strCache><c:ptCount val="{len(shown)}"/>{_points(shown)}'
        "</c:strCache></c:strRef>"
    )


def _points(values: Sequence[str]) -> str:
    return "".join(f'<c:pt idx="{index}"><c:v>{value}</c:v></c:pt>' for index, value in enumerate(values))


def _letters(*, bold: bool = False) -> str:
    return (
        f'<c:txPr><a:bodyPr wrap="none"/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{_SIZE}" b="{int(bold)}"><a:solidFill>'
        f'<a:srgbClr val="{_INK}"/></a:solidFill><a:latin typeface="Arial"/><a:cs typeface="Arial"/></a:defRPr>'
        '</a:pPr><a:endParaRPr lang="fr-FR"/></a:p></c:txPr>'
    )


def _edge(colour: str) -> str:
    return f'<a:ln w="6350"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></a:ln>'


def _relationship(number: int) -> str:
    return f"rIdChart{number}"


def _link(identifier: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{identifier}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def _relationships(*links: tuple[str, str, str]) -> bytes:
    inside = "".join(_link(*link) for link in links)
    return f'{_HEAD}<Relationships xmlns="{_RELATIONSHIPS}">{inside}</Relationships>'.encode()
