/// The look of a report: light and dark by what the reader's system wants, and on paper.
enum ReportStyle {
  static let sheet = """
    :root { color-scheme: light dark; --page: #f6f7f9; --card: #ffffff; --ink: #1c2128; --soft: #59636e;
      --grid: #e3e7ec; --lane: #eef1f4; --gpu: #2f6fde; --cpu: #c9761a; --queue: #8250c4; --cut: #11151a;
      --p0: #4f86c6; --p1: #3aa5a5; --p2: #6aa84f; --p3: #c9a227; --p4: #e08a2e; --p5: #d1495b; }
    @media (prefers-color-scheme: dark) {
      :root { --page: #0f1318; --card: #181d24; --ink: #e6eaf0; --soft: #98a3b0; --grid: #2a313b;
        --lane: #20262e; --gpu: #6ea2ff; --cpu: #f0a347; --queue: #b996ee; --cut: #ffffff;
        --p0: #5b93d6; --p1: #48b5b5; --p2: #7fbf63; --p3: #dbb946; --p4: #ee9c48; --p5: #e8677a; } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--page); color: var(--ink);
      font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
    main { max-width: 1168px; margin: 0 auto; padding: 24px 16px 48px; }
    h1 { font-size: 24px; line-height: 1.25; margin: 0; }
    h2 { font-size: 16px; margin: 0 0 2px; }
    p { margin: 0; color: var(--soft); }
    section { background: var(--card); border: 1px solid var(--grid); border-radius: 8px;
      padding: 16px 12px 8px 16px; margin-top: 16px; }
    section > p { margin-bottom: 10px; font-size: 14px; }
    svg { display: block; width: 100%; height: auto; }
    svg text { fill: var(--soft); font-size: 12px; font-variant-numeric: tabular-nums; }
    svg text.lane-name { font-size: 10px; }
    svg text.name { fill: var(--ink); font-weight: 600; }
    .middle { text-anchor: middle; } .end { text-anchor: end; }
    .grid { stroke: var(--grid); stroke-width: 1; fill: none; }
    .lane { fill: var(--lane); }
    .line { fill: none; stroke: var(--of); stroke-width: 1.6; stroke-linejoin: round; }
    .area { fill: var(--of); opacity: 0.16; }
    .fill { fill: var(--of); }
    .s1 { opacity: 0.35; } .s2 { opacity: 0.55; } .s3 { opacity: 0.78; }
    .cut { stroke: var(--cut); stroke-width: 1; fill: none; }
    .gpu { --of: var(--gpu); } .cpu { --of: var(--cpu); } .queue { --of: var(--queue); }
    .p0 { --of: var(--p0); } .p1 { --of: var(--p1); } .p2 { --of: var(--p2); }
    .p3 { --of: var(--p3); } .p4 { --of: var(--p4); } .p5 { --of: var(--p5); } .lost { --of: var(--cut); }
    .key { display: inline-flex; align-items: center; margin-right: 16px; color: var(--ink); white-space: nowrap; }
    .key::before { content: ""; width: 12px; height: 12px; border-radius: 3px; margin-right: 6px;
      background: var(--of); }
    dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(240px, 1fr)); gap: 12px; margin: 16px 0 0; }
    dl > div { background: var(--card); border: 1px solid var(--grid); border-radius: 8px; padding: 10px 14px; }
    dt { color: var(--soft); font-size: 13px; }
    dd { margin: 0; font-size: 20px; font-weight: 600; font-variant-numeric: tabular-nums; line-height: 1.35; }
    dd small { display: block; font-size: 13px; font-weight: 400; color: var(--soft); }
    table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 14px;
      margin-bottom: 8px; }
    th { text-align: right; font-weight: 400; color: var(--soft); }
    td { text-align: right; } th:first-child, td:first-child { text-align: left; }
    th, td { padding: 4px 12px 4px 0; border-bottom: 1px solid var(--grid); }
    tr:last-child td { border-bottom: 0; }
    @media print { body { background: none; } section, dl > div { break-inside: avoid; } }
    """
}
