// Elements of the page. Text becomes text, whatever is in it: nothing here reads markup.

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== undefined && child !== ""));
  return element;
}

function list(items) {
  return make("ul", {}, ...items.map((item) => make("li", {}, item)));
}

// A command, and a button that copies it where the browser lets it.
function addCopyButton(command) {
  if (!navigator.clipboard) return command;
  const button = make("button", { type: "button" }, "Copy");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(command.querySelector("code").textContent);
    button.textContent = "Copied";
  });
  command.append(button);
  return command;
}

document.querySelectorAll(".command").forEach(addCopyButton);
