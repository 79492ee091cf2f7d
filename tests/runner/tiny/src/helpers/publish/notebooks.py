def write(out, names):
    for name in names:
        (out / f"notebooks/{name}.html").write_text("a page")
