describe("price.list", function()
  it("is the catalogue's price", function()
    assert.equal(1050, suanpan.price({ { "cola", 350, 3 } }, {}).total)
  end)

  it("keeps a price given at the till", function()
    assert.equal(900, suanpan.price({ { "cola", 350, 3, given_price = 300 } }, {}).total)
  end)

  it("multiplies a weight once and rounds it", function()
    assert.equal(980, suanpan.price({ { "apple", 1298, weight = 755 } }, {}).total)
  end)
end)
