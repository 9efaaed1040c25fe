"""What a hostile build may leave in place of its result: code that runs in its container, and what the host says."""

from __future__ import annotations

FILES = (
    "manifest.json",
    "model.onnx",
    "model.skops",
    "predictions.parquet",
    "record.json",
    "result.json",
    "scores.json",
    "signature.json",
)
"""What an honest build leaves."""

KINDS = {
    "a link": "link({name!r}, canary / 'secret')",
    "a FIFO": "os.mkfifo(gone({name!r}))",
    "a folder": "gone({name!r}).mkdir()",
    "a socket": "os.chdir(out); gone({name!r}); socket.socket(socket.AF_UNIX).bind({name!r})",
}

IN_PLACE = {
    f"{kind} for {name}": (code.format(name=name), f"left {kind} in place of (the|a) file {name}")
    for kind, code in KINDS.items()
    for name in FILES
}

LINKS = {
    "to itself": "link('model.onnx', 'model.onnx')",
    "into nothing": "link('model.onnx', '/nowhere')",
    "to another result": "os.rename(out / 'model.onnx', out / 'x'); link('model.onnx', 'model.skops'); gone('x')",
    "upwards": "link('model.onnx', '../' * 30 + 'etc/shadow')",
    "by another link": "link('a', canary / 'secret'); link('model.onnx', 'a'); gone('a')",
    "to an open file of the host": "link('model.onnx', '/proc/self/fd/0')",
    "to a device": "link('model.onnx', '/dev/zero')",
    "to the host's memory": "link('model.onnx', '/proc/self/mem')",
}
LINKED = {f"link {name}": (code, "left a link in place of the file model.onnx") for name, code in LINKS.items()}

NAMES = {
    "hidden": ".hidden",
    "of the host's tools": "__pycache__",
    "an option": "-rf",
    "a line end": "a\nremodel: all is well",
    "a terminal escape": "\x1b]0;owned\x07",
    "right to left": "\u202exd.ledom",
    "long": "x" * 255,
    "blank": " ",
    "an error's": "error.json",
    "a temporary file's": ".model.onnx.abc123",
}
EXTRA = {
    f"extra name {kind}": (f"put({name!r}, b'extra')", "left a file .*, which it should not")
    for kind, name in NAMES.items()
} | {
    "extra name of no text": ("open(os.fsencode(out) + b'/\\xff\\xfe', 'wb').close()", r"left a file \\udcff"),
    "extra folder": ("(out / 'deep').mkdir(); put('deep/file', b'x')", "left a folder deep, which it should not"),
    "extra link": ("link('extra', canary)", "left a link extra, which it should not"),
    "extra FIFO": ("os.mkfifo(out / 'extra')", "left a FIFO extra, which it should not"),
    "extra files by the thousand": ("[put(f'{n}', b'') for n in range(3000)]", r"left a file \d+, which it should not"),
    "extra tree deeper than any stack": (
        """
(out / 'deep').mkdir()
at = os.open(out / 'deep', os.O_RDONLY)
for n in range(1500):
    os.mkdir('d', dir_fd=at)
    below = os.open('d', os.O_RDONLY, dir_fd=at)
    os.close(at)
    at = below
""",
        "left a folder deep, which it should not",
    ),
    "extra copy of an artifact": ("shutil.copyfile(out / 'model.onnx', out / 'model.pkl')", "left a file model.pkl"),
    "second name of an artifact": ("os.link(out / 'model.onnx', out / 'other')", "left a file other"),
    "one file as two artifacts": (
        "gone('model.skops'); os.link(out / 'model.onnx', out / 'model.skops')",
        r"left model.(onnx|skops) under 2 names",
    ),
}

CONTENT = {
    "empty model": ("put('model.skops', b'')", "left model.skops with 0 bytes"),
    "truncated model": (
        "os.truncate(out / 'model.onnx', (out / 'model.onnx').stat().st_size - 1)",
        "left model.onnx with .* listed are",
    ),
    "one bit of a model": (
        "c = bytearray((out / 'model.skops').read_bytes()); c[-1] ^= 1; put('model.skops', c)",
        "left model.skops with .* listed are",
    ),
    "longer predictions": (
        "open(out / 'predictions.parquet', 'ab').write(b'more')",
        "left predictions.parquet with .* listed are",
    ),
    "other scores": ("put('scores.json', (out / 'scores.json').read_bytes() + b' ')", "left scores.json with"),
    "other signature": ("put('signature.json', b'{}')", "left signature.json with"),
    "model larger than the limit": (
        "os.truncate(out / 'model.onnx', 9 << 30)",
        "left more than 8,589,934,592 bytes in model.onnx",
    ),
    "document larger than the limit": (
        "os.truncate(out / 'manifest.json', 65 << 20)",
        "left more than 67,108,864 bytes in manifest.json",
    ),
    "scores larger than the limit": (
        "os.truncate(out / 'scores.json', 9 << 30)",
        "left more than 67,108,864 bytes in scores.json",
    ),
    "empty manifest": ("put('manifest.json', b'')", "left no valid JSON in manifest.json"),
    "model that is not listed": (
        "edit('manifest.json', lambda m: m['artifacts'].pop('model.onnx') and None)",
        "left a file model.onnx, which it should not",
    ),
    "folder without rights": (
        "gone('model.onnx').mkdir(mode=0)",
        "left a folder in place of the file model.onnx",
    ),
} | {f"no {name}": (f"gone({name!r})", f"did not leave {name}") for name in FILES if name != "record.json"}

DOCUMENTS = {
    "manifest that is a list": ("put('manifest.json', '[1]')", "no valid manifest in manifest.json"),
    "manifest without keys": ("put('manifest.json', '{}')", "no valid manifest in manifest.json"),
    "manifest with a path": (
        "edit('manifest.json', lambda m: m['artifacts'].update({'../../x': m['artifacts']['model.skops']}))",
        "no valid manifest in manifest.json",
    ),
    "manifest nested without end": ("put('manifest.json', '[' * 1000000)", "more than 100 levels"),
    "manifest nested in a recipe": (
        "edit('manifest.json', lambda m: m['source']['recipe'].update(x=eval('[' * 90 + ']' * 90)))\n"
        "t = (out / 'manifest.json').read_text(); put('manifest.json', t.replace('[[', '[' * 500 + '[[').replace("
        "']]', ']]' + ']' * 500, 1))",
        "no valid JSON in manifest.json",
    ),
    "manifest with NaN": (
        "edit('manifest.json', lambda m: m['cross_validation']['metrics']['accuracy'].update(mean=float('nan')))",
        "NaN is no number",
    ),
    "manifest with an endless number": (
        "t = (out / 'manifest.json').read_text()\n"
        "put('manifest.json', t.replace('\"threads\": 1', '\"threads\": 1' + '0' * 4000))",
        "is too large",
    ),
    "manifest with an infinite number": (
        "t = (out / 'manifest.json').read_text()\n"
        "put('manifest.json', t.replace('\"threads\": 1', '\"threads\": 1e999'))",
        "is too large",
    ),
    "manifest with a key twice": (
        "t = (out / 'manifest.json').read_text(); put('manifest.json', '{\"model\": \"other\", ' + t.lstrip('{ \\n'))",
        "the key 'model' is there twice",
    ),
    "manifest in another encoding": (
        "put('manifest.json', (out / 'manifest.json').read_text().encode('utf-16'))",
        "no valid JSON in manifest.json",
    ),
    "manifest of another model": (
        "edit('manifest.json', lambda m: m.update(model='other'))",
        "left a manifest.json of other in sklearn-1.9",
    ),
    "manifest of other wheels": (
        "edit('manifest.json', lambda m: m['versions'].update({'numpy': '\\x1b[31m1.0'}))",
        "was built with numpy",
    ),
    "manifest with half a letter": (
        "edit('manifest.json', lambda m: m['versions'].update({'numpy': chr(0xD800)}))",
        "no valid JSON in manifest.json",
    ),
    "result of another environment": (
        "edit('result.json', lambda m: m.update(environment='other'))",
        "left a result.json of .* in other",
    ),
    "result that failed": (
        "edit('result.json', lambda m: {**{k: m[k] for k in ('schema_version', 'model', 'environment')}, "
        "'status': 'retired', 'reason': 'x'})",
        "left a result.json that says 'retired'",
    ),
    "result with millions of the same": (
        "edit('result.json', lambda m: m.update(untrusted_types=[1, 'a'] * 100000))",
        "no valid result in result.json",
    ),
    "scores of another model": (
        "edit('scores.json', lambda m: m.update(model='other'))",
        "left a scores.json of other",
    ),
    "scores without folds": ("edit('scores.json', lambda m: m.pop('metrics') and None)", "no valid scores"),
    "signature that is a text": ("put('signature.json', '\"x\"'); relist('signature.json')", "no valid signature"),
    "record that is a list": ("put('record.json', '[1]')", "no valid record in record.json"),
    "record of another engine": ("edit('record.json', lambda m: m.update(engine='x'))", "no valid record"),
    "record of no seconds": ("edit('record.json', lambda m: m.update(seconds={'fit': 'x'}))", "no valid record"),
    "record with infinity": ("edit('record.json', lambda m: m.update(peak_memory=float('inf')))", "Infinity"),
    "record that is no JSON": ("put('record.json', b'\\xff{')", "no valid JSON in record.json"),
}

TOLD = "{'schema_version': 1, 'kind': 'build', 'message': 'it failed', 'advice': ''}"
ERRORS = {
    "error without keys": ("error('{}')", "no valid error in error.json"),
    "error that is a list": ("error('[1]')", "no valid error in error.json"),
    "error that is no JSON": ("error(b'\\xff')", "no valid JSON in error.json"),
    "error nested without end": ("error('[' * 100000)", "more than 100 levels"),
    "error without end": (
        "put('error.json', ''); os.truncate(out / 'error.json', 12 << 30); os._exit(3)",
        "left more than 67,108,864 bytes in error.json",
    ),
    "error of many lines": (f"error({{**{TOLD}, 'message': 'a\\nb'}})", "no valid error in error.json"),
    "error with an exit code of ours": (
        f"error({{**{TOLD}, 'kind': 'host', 'exit_code': 9}})",
        "of kind 'host', which only stages of the host write",
    ),
    "error with terminal escapes": (
        f"error({{**{TOLD}, 'message': '\\x1b[2J\\x9b31m\\u202egood'}})",
        r"^\\x1b\[2J\\x9b31m\\u202egood$",
    ),
    "error as long as a book": (f"error({{**{TOLD}, 'message': 'x' * 1000000}})", r"^x{2000} \.\.\. \[cut\]$"),
    "error behind a link": (
        "link('error.json', canary / 'secret'); os._exit(3)",
        "left a link in place of the file error",
    ),
    "error that is a FIFO": ("os.mkfifo(out / 'error.json'); os._exit(3)", "left a FIFO in place of the file error"),
    "error that is a folder": ("(out / 'error.json').mkdir(); os._exit(3)", "left a folder in place of the file error"),
}

LOGS = {
    "log with terminal escapes": (
        "os.write(2, b'\\x1b]0;owned\\x07\\x1b[2J\\xc2\\x9b31m\\xe2\\x80\\xaeok\\n'); os._exit(5)",
        r"exit code 5: \\x1b\]0;owned\\x07\\x1b\[2J\\x9b31m\\u202eok",
    ),
    "line without end": (
        "[os.write(2, b'x' * 1000000) for n in range(200)]; os._exit(5)",
        r"exit code 5: x{2000} \.\.\. \[cut\]",
    ),
    "lines without end": (
        "[os.write(2, b'x' * 999 + b'\\n') for n in range(80000)]; os._exit(5)",
        "exit code 5: ",
    ),
    "last words": (
        "os.write(2, b'remodel-container: \\x1b[1mno space\\n'); os._exit(5)",
        r"^\\x1b\[1mno space",
    ),
}
"""The error of each is the build's own, in one line without a control character."""

ATTACKS = {**IN_PLACE, **LINKED, **EXTRA, **CONTENT, **DOCUMENTS, **ERRORS}

EVENTS = {
    "of no kind": '{"event": "nonsense"}',
    "with a list for a name": '{"event": "phase", "name": [1], "done": 1, "total": 5}',
    "with half of its keys": '{"event": "phase"}',
    "with more keys": '{"event": "phase", "name": "x", "done": 1, "total": 5, "answer": "ended", "error": null}',
    "with a text for a number": '{"event": "phase", "name": "x", "done": "1", "total": 5}',
    "with a number without end": '{"event": "phase", "name": "x", "done": 1' + "0" * 3000 + ', "total": 5}',
    "below nothing": '{"event": "phase", "name": "x", "done": -1, "total": 5}',
    "that is not a number": '{"event": "phase", "name": "x", "done": NaN, "total": 5}',
    "nested": '{"event": ' + "[" * 3000,
    "ended": '{"event": "ended", "request": "17-other", "code": 0}',
    "ended with a truth": '{"event": "ended", "request": "17-other", "code": true}',
    "cut": '{"event"',
}
